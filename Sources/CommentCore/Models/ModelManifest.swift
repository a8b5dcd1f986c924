import Foundation

/// The models' folder in writing: which files belong there and what they must hash to. Kept in `manifest.json`.
struct ModelManifest: Codable, Equatable {
  struct Entry: Codable, Equatable {
    var kind: ModelKind
    var name: String
    /// Path below the models' folder, or an absolute path of a file that is only used from elsewhere.
    var file: String
    var sha256: String
    var bytes: Int
    var source: String
    /// Time of the file's last change in milliseconds since 1970, when it was hashed.
    var modified: Int

    /// Whether it was put there by a person and may change without being damaged.
    var isFound: Bool { source == ModelManifest.found }
    var isExternal: Bool { file.hasPrefix("/") }
  }

  /// The source of files that CommentBot did not install.
  static let found = "found"

  var version = 1
  var models: [Entry] = []

  subscript(file: String) -> Entry? { models.first { $0.file == file } }

  mutating func record(_ entry: Entry) {
    models.removeAll { $0.file == entry.file }
    models.append(entry)
    models.sort { $0.file < $1.file }
  }
}

// MARK: - Disk

extension ModelManifest {
  static func url(in folder: URL) -> URL { folder.appending(path: "manifest.json") }

  /// The manifest of the folder; empty when there is none.
  /// - Throws: ``CommentBotError`` with code `modelDamaged` when it is malformed.
  static func load(from folder: URL) throws -> ModelManifest {
    let url = url(in: folder)
    guard FileBytes.stamp(of: url) != nil else { return ModelManifest() }
    do {
      return try JSONDecoder().decode(ModelManifest.self, from: Data(contentsOf: url))
    } catch is DecodingError {
      throw CommentBotError(
        .modelDamaged, "read", url.path, cause: "it is not a manifest of models",
        hint: "rm \(url.path.shellQuoted) && commentbot models pull --force")
    } catch {
      throw CommentBotError(fileError: error, "read", url.path)
    }
  }

  /// Changes the manifest of the folder while no other process does.
  static func update(in folder: URL, _ change: (inout ModelManifest) -> Void) throws {
    try AtomicFile.makeFolder(folder)
    try FolderLock.held(on: folder) {
      var manifest = try load(from: folder)
      let before = manifest
      change(&manifest)
      guard manifest != before else { return }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try AtomicFile.write(encoder.encode(manifest), to: url(in: folder))
    }
  }
}
