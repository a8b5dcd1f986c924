import HTTPTypes

extension RecordingRoutes {
  var descriptions: [RouteDescription] {
    [
      RouteDescription(
        method: .get, path: "/v1/recordings", tag: "Recordings", summary: "List the recordings, the newest first",
        details: "Pages stay the same whatever is added or deleted in between.",
        parameters: [.text("name", "Part of the name, upper case set aside")] + RecordingRoutes.filters + [
          .integer("limit", in: 1...1000, "Recordings on a page; 50 when absent"),
          .text("cursor", "The `next` of the page before"),
        ],
        answers: [200: .json(.schema("RecordingList"), "A page of the list")]),
      RouteDescription(
        method: .get, path: "/v1/recordings/{id}", tag: "Recordings",
        summary: "A recording with its newest transcript and the comments on it",
        parameters: [
          RecordingRoutes.idParameter, .boolean("keep_unproven", "Whether comments without proof are shown too"),
        ],
        answers: [200: .json(.schema("Recording"), "The recording")], failures: [404]),
      RouteDescription(
        method: .delete, path: "/v1/recordings/{id}", tag: "Recordings",
        summary: "Remove every trace of a recording, and say what was removed",
        details: "A recording that others have too is taken away from you alone.", scope: .write,
        parameters: [RecordingRoutes.idParameter],
        answers: [200: .json(.schema("RemovedRecording"), "What was removed")], failures: [404]),
    ]
  }

  static let idParameter = RouteParameter.text(
    "id", "The recording's id: 4 or more digits of the beginning of its SHA-256"
  ).at(.path)

  /// What the list and the search have in common.
  static let filters: [RouteParameter] = [
    .text("language", "Spoken language, as a code or an English name"),
    .text("from", "Only what came then or later: a day or a time"),
    .text("to", "Only what came before: a day or a time"),
  ]

  var schemas: [String: JSONValue] {
    [
      "RecordingList": .record(
        ["recordings": .list(of: .schema("RecordingLine"))], optional: ["next": .text]),
      "RecordingLine": .record(
        [
          "id": .text, "sha256": .text, "name": .text, "duration": .number, "finished": .flag,
          "kinds": .list(of: .text), "created": .time,
        ], optional: ["language": .text]),
      "Recording": .record(
        [
          "recording": .record([
            "id": .text, "name": .text, "sha256": .text, "duration": .number, "created": .time,
          ]), "comments": .list(of: .schema("Comment")),
        ], optional: ["transcript": .schema("Transcript"), "report": ["type": "object"]]),
      "Transcript": .record(
        ["engine": .text, "model": .text, "text": .text, "segments": .list(of: .schema("Segment"))],
        optional: [
          "language": .text, "language_probability": .number, "languages": .list(of: ["type": "object"]),
        ]),
      "Segment": .record(
        ["id": .count, "start": .number, "end": .number, "text": .text],
        optional: [
          "language": .text, "speaker": .text, "avg_logprob": .number, "no_speech_prob": .number,
          "compression_ratio": .number, "words": .list(of: ["type": "object"]),
        ]),
      "Comment": .record(
        [
          "kind": .text, "engine": .text, "model": .text, "is_weak": .flag, "method": .words(["model", "extractive"]),
          "coverage": .number, "items": .list(of: ["type": "object"]), "unproven_count": .count,
        ], isOpen: true),
      "RemovedRecording": .record([
        "id": .text, "sha256": .text, "is_shared": .flag, "transcripts": .count, "segments": .count,
        "comments": .count, "checkpoints": .count, "runs": .count, "folders": .count, "jobs": .count,
        "uploads": .count, "audio": .flag,
      ]),
    ]
  }
}
