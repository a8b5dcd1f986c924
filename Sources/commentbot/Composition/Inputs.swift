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
      if let url { return Source(url: url) }
      let copy = try await StandardInput.copy()
      return Source(url: copy.file, folder: copy.folder)
    }
  }

  struct Source: Sendable {
    var url: URL
    /// Of the copy of standard input.
    var folder: TemporaryFolder?

    var isStandardInput: Bool { folder != nil }

    func close() {
      folder?.remove()
    }
  }

  /// Endings that are taken from a folder; a file named by itself may have any.
  static let endings = MediaFormats.rawEndings.union([
    "3gp", "aac", "ac3", "aif", "aiff", "amr", "ape", "asf", "au", "avi", "caf", "dsf", "dts", "eac3", "flac", "flv",
    "gsm", "m2ts", "m4a", "m4b", "m4v", "mka", "mkv", "mov", "mp2", "mp3", "mp4", "mpc", "mpeg", "mpg", "mpga", "mts",
    "mxf", "oga", "ogg", "ogv", "opus", "qcp", "tak", "ts", "tta", "vob", "voc", "w64", "wav", "weba", "webm", "wma",
    "wmv", "wv",
  ])

  /// - Returns: the files, and how many in the folders were passed over because of their endings.
  static func find(_ arguments: [String]) -> (inputs: [Input], passedOver: Int) {
    var passedOver = 0
    let inputs = arguments.flatMap { argument -> [Input] in
      if argument == "-" { return [Input(argument: argument, url: nil)] }
      let url = URL(filePath: argument)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue else {
        return [Input(argument: argument, url: url)]
      }
      let inputs = Self.inputs(in: url, &passedOver)
      if inputs.isEmpty {
        let failure = CommentBotError(
          .inputMissing, "process", argument, cause: "the folder holds no audio or video file",
          hint: "name the file itself if its ending is unusual")
        return [Input(argument: argument, url: url, failure: failure)]
      }
      return inputs
    }
    return (inputs, passedOver)
  }

  /// What is in the folder and below, in alphabetical order, and the folders there that cannot be read as failures.
  /// Hidden files are passed over, and links to folders, which may lead in a circle.
  private static func inputs(in folder: URL, _ passedOver: inout Int) -> [Input] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      return [
        Input(argument: folder.path, url: folder, failure: CommentBotError(fileError: error, "read", folder.path))
      ]
    }
    var found: [Input] = []
    for name in names {
      let url = folder.appending(path: name)
      let type: FileAttributeType?
      do {
        // Of a link, the link itself.
        type = try FileManager.default.attributesOfItem(atPath: url.path)[.type] as? FileAttributeType
      } catch {
        let failure = CommentBotError(fileError: error, "read", url.path)
        found.append(Input(argument: url.path, url: url, failure: failure))
        continue
      }
      if type == .typeDirectory {
        found += inputs(in: url, &passedOver)
      } else if endings.contains(url.pathExtension.lowercased()) {
        found.append(Input(argument: url.path, url: url))
      } else {
        passedOver += 1
      }
    }
    return found
  }
}
