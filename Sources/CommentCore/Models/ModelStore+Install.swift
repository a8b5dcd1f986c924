import Foundation

extension ModelStore {
  /// Where the kind of model is to be installed; its folder is made.
  /// - Throws: ``CommentBotError`` with code `usage` when the name cannot be a file's.
  func place(for name: String, kind: ModelKind, weights: WeightType?) throws -> URL {
    guard ModelName.isValid(name) else {
      throw CommentBotError(
        .usage, "name the model", name, cause: "a name consists of letters, digits, dots, dashes and underscores",
        hint: "commentbot models import PATH --name NAME")
    }
    try AtomicFile.makeFolder(folder.appending(path: kind.folder))
    return folder.appending(path: ModelName.file(for: name, kind: kind, weights: weights))
  }

  /// Moves a whole file to its place and enters it in the manifest; other files of that name and kind go.
  ///
  /// - Parameter sha256: the hash that it must have, or nil when any is right.
  /// - Throws: ``CommentBotError`` with code `modelDamaged` for the wrong hash; the place is left as it was.
  func install(
    _ temporary: URL, name: String, kind: ModelKind, source: String, sha256: String? = nil
  ) throws -> ModelFile {
    let format = try ModelFormat.recognise(temporary)
    guard format.kind == kind else {
      throw CommentBotError(
        .modelDamaged, "install", name, cause: "\(temporary.lastPathComponent) is a model of the kind \(format.kind)")
    }
    let place = try place(for: name, kind: kind, weights: format.weights)
    let hash = try FileDigest.sha256(of: temporary).hex
    if let sha256, hash != sha256 {
      throw CommentBotError(
        .modelDamaged, "install", name, cause: "SHA-256 of what came is \(hash) and not \(sha256)",
        hint: "commentbot models pull \(name)")
    }
    try flush(temporary)
    guard rename(temporary.path, place.path) == 0, let stamp = FileBytes.stamp(of: place) else {
      throw CommentBotError(errno: errno, "install", place.path)
    }
    let entry = ModelManifest.Entry(
      kind: kind, name: name, file: path(of: place), sha256: hash, bytes: stamp.byteCount, source: source,
      modified: stamp.modified)
    var replaced: [URL] = []
    try ModelManifest.update(in: folder) { manifest in
      let isReplaced = { (other: ModelManifest.Entry) in
        other.name == name && other.kind == kind && other.file != entry.file && !other.isExternal
      }
      replaced = manifest.models.filter(isReplaced).map { url(of: $0.file) }
      manifest.models.removeAll(where: isReplaced)
      manifest.record(entry)
    }
    for url in replaced { unlink(url.path) }
    return modelFile(entry)
  }

  private func flush(_ file: URL) throws {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CommentBotError(errno: errno, "write", file.path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw CommentBotError(errno: errno, "write", file.path) }
  }
}
