import HTTPTypes

extension CommentRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .post, path: "/v1/recordings/{id}/comments", tag: "Recordings",
        summary: "Write comments on the transcript that is there: a job",
        scope: .write,
        parameters: [
          RecordingRoutes.idParameter,
          RouteParameter.text("Idempotency-Key", "Repeating the request with it makes no second job").at(.header),
        ],
        body: .json(
          .record(
            [:],
            optional: [
              "kinds": .list(of: .text).described(OptionHelp.texts["kinds"] ?? ""),
              "comment_language": .text.described(OptionHelp.texts["comment_language"] ?? ""),
              "instructions": .text.described(OptionHelp.texts["instructions"] ?? ""),
              "force": .flag.described("Writes comments anew that are there"),
            ], isOpen: true), "Which comments, and how"),
        answers: [
          202: .json(.record(["id": .text, "state": .text, "location": .text]), "The job that does it")
            .with(["Location": "Where to ask for the job"])
        ], failures: [404, 413, 415, 422])
    ]
  }
}
