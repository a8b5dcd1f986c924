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

  /// Makes the folder, and writes and removes a file there.
  /// - Throws: ``CommentBotError`` with code `diskFull`, `permission` or `io`.
  func prepare() async throws {
    guard let url = folder?.url else { return }
    try await Blocking.run {
      try AtomicFile.makeFolder(url)
      let probe = url.appending(path: ".commentbot-\(UUID().uuidString)")
      do {
        try AtomicFile.write(Data([0]), to: probe)
        try FileManager.default.removeItem(at: probe)
      } catch var error as CommentBotError {
        // Its own hint would speak of the file that was tried, and of COMMENTBOT_HOME, which moves no copies.
        error.subject = url.path
        error.hint =
          error.code == .diskFull
          ? "df -h \(url.path.shellQuoted)    # shows the disk; --output_dir names another folder"
          : "ls -ld \(url.path.shellQuoted)    # who may write there; --output_dir names another folder"
        throw error
      }
    }
  }

  /// Writes the copies.
  /// - Returns: the files, none when no copies are wanted, or why they could not be written.
  func write(_ outcome: ProcessOutcome) async throws -> Result<[URL], CommentBotError> {
    do {
      let files = try await folder?.write(
        outcome.transcript, of: outcome.recording, formats: formats, options: subtitles)
      return .success(files ?? [])
    } catch let error as CommentBotError where error.code != .cancelled {
      return .failure(error)
    }
  }
}
