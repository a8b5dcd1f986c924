import CommentCore
import Foundation

/// The copies that `--output_dir` and `--output_format` ask for; none when neither is given.
struct OutputCopies {
  private let folder: OutputFolder?
  private let formats: [TranscriptFormat]
  private let subtitles: SubtitleOptions

  /// - Throws: ``CommentBotError`` with code `usage` when a format is unknown.
  init(folder: String?, format: String?, subtitles: SubtitleOptions) throws {
    let isWanted = folder != nil || format != nil
    self.folder = isWanted ? OutputFolder(URL(filePath: folder ?? ".", directoryHint: .isDirectory)) : nil
    formats = try OutputFormats.named(format ?? "all")
    self.subtitles = subtitles
  }

  func write(_ outcome: ProcessOutcome) async throws {
    try await folder?.write(outcome.transcript, of: outcome.recording, formats: formats, options: subtitles)
  }
}
