import CommentCore
import HTTPTypes

extension JobRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .post, path: "/v1/jobs", tag: "Jobs", summary: "Submit a job",
        details:
          "The audio comes in the field `file` of a form, or JSON says where it is. Options are the command line's.",
        scope: .write,
        parameters: [
          .text("Idempotency-Key", "Repeating the request with the same key does not make another job").at(.header)
        ],
        body: RouteContent(
          summary: "The audio, or where it is, and the options",
          types: [
            "multipart/form-data": .record(
              ["file": JSONValue.binary.described("The audio or video")], optional: Self.fields(isForm: true)),
            "application/json": .record([:], optional: Self.fields(isForm: false)),
          ]),
        answers: [
          200: .json(.schema("Job"), "The same is done already").with(Self.headers),
          202: .json(.schema("Job"), "The job is in the queue").with(Self.headers),
        ], failures: [404, 409, 413, 415, 422, 507]),
      RouteDescription(
        method: .get, path: "/v1/jobs", tag: "Jobs", summary: "List the jobs, the newest first",
        parameters: [
          .text("state", "Only those in these states, with commas between them"),
          .text("batch", "Only those of this batch"), .text("audio_hash", "Only those on this audio"),
          .integer("limit", in: 1...1000, "Jobs on a page; 50 when absent"),
          .text("cursor", "The `next` of the page before"),
        ],
        answers: [
          200: .json(
            .record(["jobs": .list(of: .schema("JobSummary"))], optional: ["next": .text]), "A page of the list")
        ]),
      RouteDescription(
        method: .get, path: "/v1/jobs/{id}", tag: "Jobs", summary: "A job with its attempts and their errors",
        answers: [200: .json(.schema("Job"), "The job")], failures: [404]),
      RouteDescription(
        method: .delete, path: "/v1/jobs/{id}", tag: "Jobs", summary: "Cancel a job",
        details: "A queued one at once, a running one as soon as it can stop.", scope: .write,
        answers: [200: .json(.schema("Job"), "The job")], failures: [404]),
      RouteDescription(
        method: .post, path: "/v1/jobs/{id}/retry", tag: "Jobs", summary: "Take a failed or cancelled job up again",
        scope: .write, answers: [202: .json(.schema("Job"), "The job is in the queue")], failures: [404, 409]),
      RouteDescription(
        method: .get, path: "/v1/jobs/{id}/events", tag: "Jobs", summary: "What happens to a job, as it happens",
        details:
          "Events are `state`, `stage`, `progress`, `segment`, `comment` and `notice`; the last one is a final state.",
        parameters: Self.eventParameters,
        answers: [200: .file(["text/event-stream"], "Server-sent events, with numbers as their ids")], failures: [404]),
    ]
  }

  static let headers = [
    "Location": "Where the job is", "CommentBot-Duplicate": "Says `true` where the job was there before",
  ]

  static let eventParameters: [RouteParameter] = [
    RouteParameter.text("Last-Event-ID", "Goes on after the event with this number").at(.header),
    .integer("after", in: 0...Int(Int32.max), "The same, for clients that cannot set the header"),
  ]

  /// Of a form all values are text, a list's with commas between them.
  static func fields(isForm: Bool) -> [String: JSONValue] {
    let value: JSONValue = isForm ? .text : [:]
    var fields = Dictionary(JobFields.names.map { ($0, value.described(OptionHelp.texts[$0] ?? "")) }) { $1 }
    fields["name"] = .text.described("The recording's name, at most 255 bytes; the file's when absent")
    fields["batch"] = .text.described("The id of the batch that the job belongs to")
    fields["callback_url"] = .text.described(
      "Where to send the job once it has ended; a job that was there before keeps its own")
    let priority: JSONValue = isForm ? .text : ["type": "integer", "minimum": -100, "maximum": 100]
    fields["priority"] = priority.described("From -100 to 100; higher ones go first; 0 when absent")
    if !isForm {
      fields["path"] = .text.described("A file of the server, in a folder that its settings allow")
      fields["audio_hash"] = .text.described("SHA-256, 64 hexadecimal digits, of audio that was sent before")
    }
    return fields
  }

  var schemas: [String: JSONValue] {
    let error: JSONValue = .record(
      ["code": .text, "operation": .text, "subject": .text, "cause": .text], optional: ["hint": .text])
    return [
      "JobError": error,
      "JobAttempt": .record(
        ["number": .count, "worker": .text, "started": .time],
        optional: [
          "ended": .time, "end": .words(JobAttempt.End.allCases.map(\.rawValue)), "error": .schema("JobError"),
        ]),
      "JobResult": .record(
        ["recording": .text, "transcribed_seconds": .number, "reused_seconds": .number],
        optional: ["comment_failure": .schema("JobError")]),
      "JobSummary": .record(
        [
          "id": .text, "kind": .words(Job.Kind.allCases.map(\.rawValue)),
          "state": .words(Job.State.allCases.map(\.rawValue)), "name": .text, "audio_hash": .text,
          "priority": ["type": "integer"], "attempt": .count, "cancel_requested": .flag, "progress": .number,
          "created": .time,
        ], optional: ["batch": .text, "stage": .text, "finished": .time, "last_error": .schema("JobError")]),
      "Job": .record(
        [
          "id": .text, "kind": .words(Job.Kind.allCases.map(\.rawValue)),
          "state": .words(Job.State.allCases.map(\.rawValue)), "name": .text, "audio_hash": .text, "bytes": .count,
          "priority": ["type": "integer"], "options": ["type": "object"], "attempt": .count, "max_attempts": .count,
          "crashes": .count, "cancel_requested": .flag, "progress": .number, "created": .time,
          "links": ["type": "object", "additionalProperties": .text],
        ],
        optional: [
          "batch": .text, "callback_url": .text, "stage": .text, "run_at": .time, "finished": .time,
          "last_error": .schema("JobError"), "result": .schema("JobResult"),
          "attempts": .list(of: .schema("JobAttempt")),
        ]),
    ]
  }
}
