import CommentCore
import Foundation
import HTTPTypes
import Hummingbird

/// Transcripts and comments as files: the same bytes as the command line writes.
struct TranscriptRoutes: RouteSet {
  let environment: APIEnvironment

  /// Those that the route has, with their types.
  static let formats: [TranscriptFormat: String] = [
    .json: "application/json", .txt: "text/plain; charset=utf-8", .srt: "application/x-subrip; charset=utf-8",
    .vtt: "text/vtt; charset=utf-8", .tsv: "text/tab-separated-values; charset=utf-8",
    .md: "text/markdown; charset=utf-8",
  ]

  func add(to router: Router<ServiceContext>) {
    router.get("v1/recordings/{id}/transcript.{format}") { request, context in
      try await transcript(request, context)
    }
    router.get("v1/recordings/{id}/comments.{format}") { request, context in try await comments(request, context) }
  }

  private func transcript(_ request: Request, _ context: ServiceContext) async throws -> Response {
    guard let format = context.parameters.get("format").flatMap(TranscriptFormat.init), let type = Self.formats[format]
    else { throw Self.unknownFormat }
    let owned = try await environment.library.contents(
      ofRecording: context.recordingID(), owner: context.principal.owner)
    let transcript = try owned.finished()
    let flags = try SubtitleFlags(Fields(query: request))
    let options = try flags.options()
    if !transcript.options.wordTimestamps {
      try flags.refuseLimitsWithoutWordTimes(hint: "transcribe with word_timestamps")
    }
    let title = owned.recording.title
    let body = try await Blocking.run { Data(format.render(transcript, title: title, options: options).utf8) }
    return .tagged(body, type: type, for: request)
  }

  private func comments(_ request: Request, _ context: ServiceContext) async throws -> Response {
    let format = context.parameters.get("format")
    guard format == "json" || format == "md" else { throw Self.unknownFormat }
    let owned = try await environment.library.contents(
      ofRecording: context.recordingID(), owner: context.principal.owner)
    let key = try owned.finished().key
    let file = CommentsDocument(recording: owned.recording, comments: owned.comments, transcriptKey: key)
    return format == "json"
      ? .tagged(try file.json, type: "application/json", for: request)
      : .tagged(file.markdown, type: "text/markdown; charset=utf-8", for: request)
  }

  private static var unknownFormat: ServiceFailure {
    ServiceFailure(.notFound, "there is no such format", code: "unknown_url")
  }
}

extension OwnedRecording {
  /// - Throws: ``ServiceFailure`` with status 404 while there is none.
  func finished() throws -> Transcript {
    if let transcript { return transcript.transcript }
    throw ServiceFailure(.notFound, "the transcript of \(recording.id) is not finished", code: "not_finished")
  }
}

extension SubtitleFlags {
  /// The options of a query, by the command line's names.
  init(_ fields: Fields) throws {
    self.init()
    subtitles = try fields.word("subtitles", of: SubtitleOptions.Style.self)
    maxLineWidth = try fields.integer("max_line_width", in: 1...10_000)
    maxLineCount = try fields.integer("max_line_count", in: 1...10_000)
    maxWordsPerLine = try fields.integer("max_words_per_line", in: 1...10_000)
    highlightWords = try fields.boolean("highlight_words").map(BooleanWord.init(value:))
  }
}
