import CommentCore
import Foundation

/// The files that a command line names, folders searched through.
enum Inputs {
  struct Input: Sendable {
    /// As the person wrote it, or the path inside the named folder.
    var argument: String
    /// nil for standard input.
    var url: URL?
    /// Why it cannot be processed, known before it is opened.
    var failure: CommentBotError?

    /// Standard input is copied first.
    func open() async throws -> Source {
      if let failure { throw failure }
      if let url { return Source(url: url, isStandardInput: false) }
      return Source(url: try await StandardInput.copy(), isStandardInput: true)
    }
  }

  struct Source: Sendable {
    var url: URL
    /// Then the file is a copy that goes when the work is done.
    var isStandardInput: Bool

    func close() {
      if isStandardInput { try? FileManager.default.removeItem(at: url) }
    }
  }

  /// Endings that are taken from a folder; a file named by itself may have any.
  static let endings: Set<String> = [
    "3gp", "aac", "ac3", "aif", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "flac", "flv", "g722", "gsm", "m2ts",
    "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "mpga", "mts", "oga", "ogg", "ogv",
    "opus", "ts", "tta", "vob", "w64", "wav", "weba", "webm", "wma", "wmv", "wv",
  ]

  static func find(_ arguments: [String]) -> [Input] {
    arguments.flatMap { argument -> [Input] in
      if argument == "-" { return [Input(argument: argument, url: nil)] }
      let url = URL(filePath: argument)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
        return [Input(argument: argument, url: url)]
      }
      let files = audioFiles(in: url)
      if files.isEmpty {
        let failure = CommentBotError(
          .inputMissing, "process", argument, cause: "the folder holds no audio or video file",
          hint: "name the file itself if its ending is unusual")
        return [Input(argument: argument, url: url, failure: failure)]
      }
      return files.map { Input(argument: $0.path, url: $0) }
    }
  }

  private static func audioFiles(in folder: URL) -> [URL] {
    let files = FileManager.default.enumerator(
      at: folder, includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
    return (files?.allObjects as? [URL] ?? [])
      .filter { endings.contains($0.pathExtension.lowercased()) }
      .sorted { $0.path < $1.path }
  }
}
