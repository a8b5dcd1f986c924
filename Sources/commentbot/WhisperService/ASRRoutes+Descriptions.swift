import HTTPTypes

extension ASRRoutes {
  var descriptions: [RouteDescription] {
    [
      ("asr", "Transcribe audio, as whisper-asr-webservice does"),
      ("detect-language", "Tell the language that is spoken"),
    ].map {
      name, summary in
      RouteDescription(
        method: .post, path: "/\(name)", tag: "Audio", summary: summary,
        details: "Errors are OpenAI's error objects. Nothing is kept.", scope: .write,
        body: RouteContent(
          summary: "The file",
          types: [
            "multipart/form-data": .record(["audio_file": .binary.described("The audio or video")], isOpen: true)
          ]),
        answers: [200: .file(["application/json", "text/plain"], "What was heard")], failures: [413, 415, 422],
        failsAsOpenAI: true)
    }
  }
}
