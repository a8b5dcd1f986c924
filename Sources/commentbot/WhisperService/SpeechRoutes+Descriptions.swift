import HTTPTypes

extension SpeechRoutes {
  var descriptions: [RouteDescription] {
    [
      ("transcriptions", "Transcribe audio, as OpenAI does"),
      ("translations", "Translate speech to English, as OpenAI does"),
    ].map { name, summary in
      RouteDescription(
        method: .post, path: "/v1/audio/\(name)", tag: "Audio", summary: summary,
        details: "Errors are OpenAI's error objects. Nothing is kept.", scope: .write,
        body: RouteContent(
          summary: "The file, and OpenAI's fields",
          types: [
            "multipart/form-data": .record(["file": ["type": "string", "format": "binary"]], isOpen: true)
          ]),
        answers: [
          200: .file(
            ["application/json", "text/plain", "text/event-stream"], "The text, in the form that was asked for")
        ], failures: [404, 413, 415, 422])
    }
  }
}
