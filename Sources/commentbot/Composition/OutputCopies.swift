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
    formats = try Self.formats(format ?? "all")
    self.subtitles = subtitles
  }

  func write(_ outcome: ProcessOutcome) async throws {
    try await folder?.write(outcome.transcript, of: outcome.recording, formats: formats, options: subtitles)
  }

  private static func formats(_ names: String) throws -> [TranscriptFormat] {
    if names == "all" { return TranscriptFormat.allCases }
    return try names.split(separator: ",").map { name in
      if let format = TranscriptFormat(rawValue: name.trimmingCharacters(in: .whitespaces)) { return format }
      let known = TranscriptFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommentBotError(.usage, "write", "format \(name)", cause: "it is none of \(known), all")
    }
  }
}
