public import Foundation

/// What a run would have to do for one file.
public struct ProcessPlan: Sendable {
  /// Seconds of the whole audio; nil when the container does not say.
  public var duration: Double?
  /// Seconds of audio that still have to be transcribed; nil when the length is not known.
  public var remaining: Double?
  /// Kinds of comments that still have to be written.
  public var kinds: [String]
}

extension Pipeline {
  /// Says what ``process(_:isStandardInput:options:kinds:onEvent:)`` would do, without decoding anything.
  /// - Throws: ``CommentBotError`` when the file cannot be opened.
  public func plan(_ file: URL, options: TranscriptionOptions, kinds: [CommentKind]) async throws -> ProcessPlan {
    let source = try await Blocking.run { try SourceFile(reading: file) }
    let key = try TranscriptKey.make(sha256: source.sha256, engine: transcriber.identity, options: options)
    var missing = kinds.map(\.name)
    if let languageModel = try await languageModel() {
      for kind in kinds {
        let comment = Commentator.key(transcriptKey: key, kind: kind, model: languageModel.identity)
        if try await library.comment(key: comment) != nil { missing.removeAll { $0 == kind.name } }
      }
    } else {
      missing = []
    }
    if let stored = try await library.transcript(key: key) {
      return ProcessPlan(duration: stored.transcript.duration, remaining: 0, kinds: missing)
    }
    let duration = try await Blocking.run { try AudioDecoder().expectedDuration(of: file) }
    let done = try await library.windows(of: key).last?.end ?? 0
    return ProcessPlan(duration: duration, remaining: duration.map { max(0, $0 - done) }, kinds: missing)
  }
}
