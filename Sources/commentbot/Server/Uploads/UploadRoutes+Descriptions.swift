import HTTPTypes

extension UploadRoutes {
  var descriptions: [RouteDescription] {
    [
      route(
        .options, "/v1/uploads", "What of the tus protocol is spoken", [],
        [204: .nothing("See the head").with(Self.tus)]),
      route(
        .post, "/v1/uploads", "Begin an upload that can be taken up again", scope: .write,
        [
          Self.version, RouteParameter.text("Upload-Length", "Bytes that the file has").at(.header).required(),
          RouteParameter.text("Upload-Metadata", "`filename`, and `job`: a JSON object of the fields of POST /v1/jobs")
            .at(.header),
        ], [201: .nothing("The upload waits for its bytes").with(["Location": "Where they go"])],
        failures: [404, 412, 413, 422, 507]),
      route(
        .head, "/v1/uploads/{id}", "How much of an upload is there", [Self.version],
        [200: .nothing("See the head").with(["Upload-Offset": "Bytes that are there"])], failures: [404, 412, 422, 423]),
      route(
        .get, "/v1/uploads/{id}", "How far an upload is", [],
        [
          200: .json(
            .record(
              ["id": .text, "name": .text, "length": .count, "offset": .count, "expires": .time],
              optional: ["audio_hash": .text, "job": .text]), "The upload")
        ], failures: [404, 422, 423]),
      route(
        .patch, "/v1/uploads/{id}", "Send the next bytes of an upload", scope: .write,
        [Self.version, RouteParameter.text("Upload-Offset", "Bytes that are there already").at(.header).required()],
        [
          204: .nothing("They are on the disk").with([
            "Upload-Offset": "Bytes that are there", "CommentBot-Audio-Hash": "SHA-256 of the whole, when it is there",
            "CommentBot-Job": "The job that was submitted, if one was",
          ])
        ], body: .file(["application/offset+octet-stream"], "The bytes"),
        failures: [404, 409, 412, 413, 415, 422, 423, 507]),
      route(
        .delete, "/v1/uploads/{id}", "Give up an upload", scope: .write, [Self.version],
        [204: .nothing("It is gone")], failures: [404, 412, 422, 423]),
      route(
        .post, "/v1/uploads/{id}", "As another method, for networks that let no other ones through", scope: .write,
        [
          Self.version,
          RouteParameter.text("X-HTTP-Method-Override", "PATCH, DELETE or HEAD").at(.header).required(),
        ], [200: .nothing("As of HEAD"), 204: .nothing("As of PATCH or DELETE")],
        failures: [404, 409, 412, 413, 415, 422, 423, 507]),
    ]
  }

  private static let version = RouteParameter.text("Tus-Resumable", "1.0.0").at(.header).required()
  private static let tus = [
    "Tus-Version": "1.0.0", "Tus-Extension": "creation, expiration and termination", "Tus-Max-Size": "Bytes of a file",
  ]

  private func route(
    _ method: HTTPRequest.Method, _ path: String, _ summary: String, scope: Principal.Scope = .read,
    _ parameters: [RouteParameter] = [], _ answers: [Int: RouteContent], body: RouteContent? = nil,
    failures: Set<Int> = []
  ) -> RouteDescription {
    RouteDescription(
      method: method, path: path, tag: "Uploads", summary: summary,
      details: "Part of the protocol of tus.io, version 1.0.0.", scope: scope, parameters: parameters, body: body,
      answers: answers, failures: failures)
  }
}
