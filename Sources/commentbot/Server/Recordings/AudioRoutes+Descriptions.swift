import HTTPTypes

extension AudioRoutes {
  var descriptions: [RouteDescription] {
    let parameters = [
      RecordingRoutes.idParameter,
      RouteParameter.text("Range", "One range of bytes, such as bytes=0-1023 or bytes=-1024").at(.header),
      RouteParameter.text("If-Range", "The ETag that the range must belong to").at(.header),
    ]
    func answers(_ types: [String]) -> [Int: RouteContent] {
      [
        200: .file(types, "The whole file").with(["ETag": "The SHA-256 of the file"]),
        206: .file(types, "The range").with(["Content-Range": "Where it lies"]),
        304: .nothing("The client has it already"),
      ]
    }
    return [
      RouteDescription(
        method: .get, path: "/v1/recordings/{id}/audio", tag: "Recordings", summary: "The original audio",
        parameters: parameters, answers: answers(["*/*"]), failures: [404, 416]),
      RouteDescription(
        method: .head, path: "/v1/recordings/{id}/audio", tag: "Recordings",
        summary: "Type and size of the original audio", parameters: parameters, answers: answers([]),
        failures: [404, 416]),
    ]
  }
}
