/// What became of one model since it was installed.
public struct ModelVerdict: Sendable, Equatable {
  /// What a check of a model file can find.
  public enum State: String, Codable, Sendable {
    case intact
    case missing
    case damaged
  }

  /// The file that was checked.
  public var file: ModelFile
  /// What was found.
  public var state: State
  /// What is wrong, when it is not intact.
  public var cause: String?
  /// The command that mends it, when it is not intact.
  public var hint: String?
}

extension ModelStore {
  /// Hashes every model in the folder: 0.5 to 2 seconds a gigabyte.
  public func verify() throws -> [ModelVerdict] {
    let manifest = try ModelManifest.load(from: folder)
    let found = try list().filter { $0.source == ModelManifest.found }.map { ModelVerdict(file: $0, state: .intact) }
    let installed = try manifest.models.filter { !$0.isExternal && !$0.isFound }.map { entry in
      let file = modelFile(entry)
      do {
        try check(file)
        return ModelVerdict(file: file, state: .intact)
      } catch let error as CommentBotError where [.modelDamaged, .modelMissing].contains(error.code) {
        let state: ModelVerdict.State = error.code == .modelMissing ? .missing : .damaged
        return ModelVerdict(
          file: file, state: state, cause: state == .missing ? "the file is gone" : error.cause, hint: mending(file))
      }
    }
    return (installed + found).sorted { ModelFile.precedes($0.file, $1.file) }
  }
}
