import CommentCore
import HTTPTypes

extension TranscriptRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/recordings/{id}/transcript.{format}", tag: "Recordings",
        summary: "The transcript as a file, byte for byte as `commentbot export` writes it",
        parameters: [
          RecordingRoutes.idParameter,
          RouteParameter.word("format", of: Self.formats.keys.map(\.rawValue).sorted(), "Kind of file").at(.path),
          .word("subtitles", of: ["readable", "raw"], "How srt and vtt are broken"),
          .integer("max_line_width", in: 1...10_000, "Characters in a line at the most"),
          .integer("max_line_count", in: 1...10_000, "Lines in a subtitle at the most"),
          .integer("max_words_per_line", in: 1...10_000, "Words in a line at the most"),
          .boolean("highlight_words", "Whether each word is underlined as it is spoken"),
        ],
        answers: [
          200: .file(Self.formats.values.sorted(), "The file").with(["ETag": "Of these bytes"]),
          304: .nothing("The client has it already"),
        ], failures: [404]),
      RouteDescription(
        method: .get, path: "/v1/recordings/{id}/comments.{format}", tag: "Recordings",
        summary: "The comments as a file",
        parameters: [
          RecordingRoutes.idParameter, RouteParameter.word("format", of: ["json", "md"], "Kind of file").at(.path),
        ],
        answers: [
          200: .file(["application/json", "text/markdown; charset=utf-8"], "The file").with(["ETag": "Of these bytes"]),
          304: .nothing("The client has it already"),
        ], failures: [404]),
    ]
  }
}
