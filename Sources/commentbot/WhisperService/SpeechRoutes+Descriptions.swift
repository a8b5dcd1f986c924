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
            "multipart/form-data": .record(
              ["file": .binary.described("The audio or video")],
              optional: name == "translations" ? Self.translation : Self.transcription, isOpen: true)
          ]),
        answers: [
          200: .file(
            ["application/json", "text/plain", "text/event-stream"], "The text, in the form that was asked for")
        ], failures: [404, 413, 415, 422], failsAsOpenAI: true)
    }
  }

  var schemas: [String: JSONValue] {
    let text: JSONValue = ["type": ["string", "null"]]
    return [
      "SpeechFailure": .record(["error": .record(["message": .text, "type": .text, "param": text, "code": text])])
    ]
  }

  /// OpenAI's reference tells what they do.
  private static let translation: [String: JSONValue] = [
    "model": .text.described("A name of GET /v1/models"), "prompt": .text.described("Names, spelling, style"),
    "response_format": .text.described(
      SpeechRequest.Format.allCases.map(\.rawValue).joined(separator: ", ") + "; json when absent"),
    "temperature": .text.described("0 to 1; 0 when absent"),
  ]

  private static let transcription = translation.merging([
    "language": .text.described("A code such as en; detected when absent"),
    "timestamp_granularities[]": .text.described("word, segment or both; of verbose_json"),
    "include[]": .text.described("logprobs; of json"), "stream": .text.described("true answers with events"),
    "chunking_strategy": .text.described("auto or server_vad; speech is found here whatever it says"),
  ]) { $1 }
}
