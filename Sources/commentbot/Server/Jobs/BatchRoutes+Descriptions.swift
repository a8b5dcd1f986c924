import CommentCore
import HTTPTypes

extension BatchRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .post, path: "/v1/batches", tag: "Batches", summary: "Submit many jobs at once",
        details:
          "Each file has its own result: accepted, duplicate or problem. Options are for all; an item has its own too.",
        scope: .write,
        body: RouteContent(
          summary: "The files, or where they are, and the options",
          types: [
            "multipart/form-data": .record(
              [:],
              optional: JobRoutes.fields(isForm: true).merging([
                "files": .list(of: .binary).described("Audio or video, a job each")
              ]) { $1 }),
            "application/json": .record(
              [:],
              optional: JobRoutes.fields(isForm: false).merging([
                "items": .list(of: .record([:], optional: JobRoutes.fields(isForm: false)))
                  .described("A job each, with its own path or audio_hash and its own options")
              ]) { $1 }),
          ]),
        answers: [
          202: .json(
            .record(["batch": .schema("Batch"), "items": .list(of: .schema("BatchItem"))]), "What became of each"
          )
          .with(["Location": "Where the batch is"])
        ], failures: [404, 413, 415, 422, 507]),
      RouteDescription(
        method: .get, path: "/v1/batches", tag: "Batches", summary: "List the batches, the newest first",
        parameters: [
          .integer("limit", in: 1...1000, "Batches on a page; 50 when absent"),
          .text("cursor", "The `next` of the page before"),
        ],
        answers: [
          200: .json(
            .record(["batches": .list(of: .schema("Batch"))], optional: ["next": .text]), "A page of the list")
        ]),
      RouteDescription(
        method: .get, path: "/v1/batches/{id}", tag: "Batches", summary: "How many of a batch's jobs are in each state",
        answers: [200: .json(.schema("Batch"), "The batch")], failures: [404]),
      RouteDescription(
        method: .delete, path: "/v1/batches/{id}", tag: "Batches",
        summary: "Cancel what of a batch is queued or running", scope: .write,
        answers: [200: .json(.schema("BatchChange"), "What was changed")], failures: [404]),
      RouteDescription(
        method: .post, path: "/v1/batches/{id}/retry", tag: "Batches",
        summary: "Take up again what of a batch has failed or was cancelled", scope: .write,
        answers: [202: .json(.schema("BatchChange"), "What was changed")], failures: [404]),
      RouteDescription(
        method: .get, path: "/v1/batches/{id}/events", tag: "Batches",
        summary: "What happens to a batch's jobs, as it happens", parameters: JobRoutes.eventParameters,
        answers: [200: .file(["text/event-stream"], "Server-sent events, with numbers as their ids")], failures: [404]),
    ]
  }

  var schemas: [String: JSONValue] {
    [
      "Batch": .record(
        [
          "id": .text, "created": .time, "finished": .flag,
          "counts": ["type": "object", "additionalProperties": .count],
          "links": ["type": "object", "additionalProperties": .text],
        ], optional: ["name": .text]),
      "BatchItem": .record(
        ["result": .words(["accepted", "duplicate", "problem"])],
        optional: ["name": .text, "job": .schema("Job"), "problem": .schema("Problem")]),
      "BatchChange": .record(["batch": .schema("Batch"), "changed": .count]),
    ]
  }
}
