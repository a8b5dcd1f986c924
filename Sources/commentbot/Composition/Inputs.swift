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
    "3gp", "aac", "ac3", "aif", "aiff", "alaw", "amr", "ape", "aptx", "asf", "au", "avi", "caf", "flac", "flv", "g722",
    "gsm", "m2ts",
    "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpeg", "mpg", "mpga", "mts", "mulaw", "oga", "ogg",
    "ogv",
    "opus", "sbc", "ts", "tta", "ulaw", "vob", "w64", "wav", "weba", "webm", "wma", "wmv", "wv",
  ]

  static func find(_ arguments: [String]) -> [Input] {
    arguments.flatMap { argument -> [Input] in
      if argument == "-" { return [Input(argument: argument, url: nil)] }
      let url = URL(filePath: argument)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
        return [Input(argument: argument, url: url)]
      }
      let inputs = inputs(in: url)
      if inputs.isEmpty {
        let failure = CommentBotError(
          .inputMissing, "process", argument, cause: "the folder holds no audio or video file",
          hint: "name the file itself if its ending is unusual")
        return [Input(argument: argument, url: url, failure: failure)]
      }
      return inputs
    }
  }

  /// What is in the folder and below, in alphabetical order, and the folders there that cannot be read as failures.
  /// Hidden files are passed over, and links to folders, which may lead in a circle.
  private static func inputs(in folder: URL) -> [Input] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      return [
        Input(argument: folder.path, url: folder, failure: CommentBotError(fileError: error, "read", folder.path))
      ]
    }
    return names.flatMap { name -> [Input] in
      let url = folder.appending(path: name)
      var info = stat()
      guard lstat(url.path, &info) == 0 else {
        return [Input(argument: url.path, url: url, failure: CommentBotError(errno: errno, "read", url.path))]
      }
      if info.st_mode & S_IFMT == S_IFDIR { return inputs(in: url) }
      return endings.contains(url.pathExtension.lowercased()) ? [Input(argument: url.path, url: url)] : []
    }
  }
}
