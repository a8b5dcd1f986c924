public import Foundation

/// Says whether a model file is whole, as only its engine can; throws ``CommentBotError`` with code `modelDamaged`.
public typealias ModelCheck = @Sendable (_ file: URL, _ kind: ModelKind) throws -> Void

/// Takes over models that are on this machine already.
public struct ModelImporter: Sendable {
  private let store: ModelStore
  private let convert: ModelConverter
  private let check: ModelCheck

  public init(store: ModelStore, convert: @escaping ModelConverter, check: @escaping ModelCheck) {
    self.store = store
    self.convert = convert
    self.check = check
  }

  /// Copies a ggml or GGUF file, or converts a folder with a Whisper model in CTranslate2's format. Blocks.
  ///
  /// - Parameter name: what people will type; nil takes it from the path.
  /// - Throws: ``CommentBotError`` with code `inputMissing`, `modelDamaged` when it is no such model, `usage` for a
  ///   bad name, `diskFull`, `permission` or `io`.
  public func importModel(at path: URL, name: String?) throws -> ModelFile {
    let path = path.standardizedFileURL
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
      throw CommentBotError(.inputMissing, "import", path.path, cause: "there is no such file or folder")
    }
    let scratch = try ModelScratch(in: store.folder)
    defer { scratch.remove() }
    let model = scratch.folder.appending(path: "model")
    let kind: ModelKind
    if isFolder.boolValue {
      kind = .whisper
      try scratch.requireSpace(FileBytes.stamp(of: path.appending(path: "model.bin"))?.byteCount ?? 0)
      try convert(path, model, store.weights)
    } else {
      kind = try ModelFormat.recognise(path).kind
      try requireWhole(path, kind: kind, name: name)
      try scratch.requireSpace(FileBytes.stamp(of: path)?.byteCount ?? 0)
      try scratch.copy(path, to: model)
    }
    // There is one voice activity detection model, whatever its file is called.
    let given = kind == .vad ? ModelCatalog.vadName : name
    let name = given ?? ModelCatalog.canonicalName(ModelName.ofFile(path.lastPathComponent))
    return try store.install(model, name: name, kind: kind, source: path.path)
  }

  /// The original is looked at, because errors name it. Its own hash is all that tells later damage.
  private func requireWhole(_ file: URL, kind: ModelKind, name: String?) throws {
    do {
      try check(file, kind)
    } catch var error as CommentBotError where error.code == .modelDamaged {
      let option = name.map { " --name \($0.shellQuoted)" } ?? ""
      error.operation = "import"
      error.hint = "get the file again, then: commentbot models import \(file.path.shellQuoted)\(option)"
      throw error
    }
  }
}
