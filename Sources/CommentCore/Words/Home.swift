public import Foundation

/// Where an installation keeps its databases (`bd/`) and everything else (`data/`).
public struct Home: Sendable, Equatable {
  /// The folder that holds `bd/` and `data/`.
  public let root: URL

  public init(root: URL) {
    self.root = root.standardizedFileURL
  }

  /// `COMMENTBOT_HOME`, else the current folder when it has both `bd/` and `data/`, else `~/.commentbot`.
  public static func locate(
    environment: [String: String] = ProcessInfo.processInfo.environment,
    currentFolder: String = FileManager.default.currentDirectoryPath
  ) -> Home {
    if let path = environment["COMMENTBOT_HOME"], !path.isEmpty {
      return Home(root: URL(filePath: path, directoryHint: .isDirectory))
    }
    let current = URL(filePath: currentFolder, directoryHint: .isDirectory)
    let isHome = ["bd", "data"].allSatisfy { name in
      var isFolder: ObjCBool = false
      let path = current.appending(path: name).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
    if isHome { return Home(root: current) }
    return Home(root: userFolder(environment: environment).appending(path: ".commentbot"))
  }

  /// The person's own folder. Foundation asks the password file; shells, and so the setup, go by `HOME`.
  static func userFolder(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
    guard let path = environment["HOME"], !path.isEmpty else {
      return FileManager.default.homeDirectoryForCurrentUser
    }
    return URL(filePath: path, directoryHint: .isDirectory)
  }

  /// The library's file.
  public var database: URL { root.appending(path: "bd/commentbot/commentbot.sqlite") }
  /// Everything but databases.
  public var data: URL { root.appending(path: "data") }
  /// Decoded audio, which may be deleted at any time.
  public var audioCache: URL { data.appending(path: "audio-cache") }
  /// Audio that was uploaded, named by its hash.
  public var inbox: URL { data.appending(path: "inbox") }
  /// The folders that jobs write into; each may be a volume of its own, and what is around them read-only.
  public var written: [URL] { [database.deletingLastPathComponent(), audioCache, inbox, transcripts] }
  /// The result folders.
  public var transcripts: URL { data.appending(path: "transcripts") }
  /// Where backups are kept, unless another folder is named.
  public var backups: URL { data.appending(path: "backups") }
  /// Weights of Whisper, of voice activity detection and of language models.
  public var models: URL { data.appending(path: "models") }
  /// The kinds of comments, one file each; those that are not there are as they were shipped.
  public var prompts: URL { data.appending(path: "prompts") }
  /// The settings file, which may be absent.
  public var configuration: URL { data.appending(path: "config/commentbot.yml") }
}
