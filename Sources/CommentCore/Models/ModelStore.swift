public import Foundation

/// The models on this machine: `whisper/` and `llm/` in one folder, and a manifest that says what they must hash to.
public struct ModelStore: Sendable {
  /// `data/models` of the installation.
  public let folder: URL
  /// The type of weights that is taken when a model is there in several.
  public let weights: WeightType

  public init(folder: URL, weights: WeightType = CPUFeatures.current.fastestWeights) {
    self.folder = folder.standardizedFileURL
    self.weights = weights
  }

  /// The speech model of that name, or the ggml file at that path.
  ///
  /// - Throws: ``CommentBotError`` with code `modelMissing`, or `modelDamaged` when the file's size is not the one that
  ///   was installed. The content is not read: see ``checkIfChanged(_:)``.
  public func whisper(_ nameOrPath: String) throws -> ModelFile {
    try find(nameOrPath, kind: .whisper)
  }

  /// The voice activity detection model.
  /// - Throws: as ``whisper(_:)``.
  public func vad() throws -> ModelFile {
    try find(ModelCatalog.vadName, kind: .vad)
  }

  /// The language model of that name, or the GGUF file at that path; nil takes the default one, or else any.
  /// - Throws: as ``whisper(_:)``.
  public func llm(_ nameOrPath: String?) throws -> ModelFile {
    if let nameOrPath { return try find(nameOrPath, kind: .llm) }
    do {
      return try find(ModelCatalog.llmName, kind: .llm)
    } catch let error as CommentBotError where error.code == .modelMissing {
      guard let other = try list().first(where: { $0.kind == .llm }) else { throw error }
      return other
    }
  }

  /// All models in the folder, by kind and name. Files that were put there by hand are hashed the first time.
  public func list() throws -> [ModelFile] {
    let manifest = try ModelManifest.load(from: folder)
    let installed = manifest.models.filter { !$0.isExternal && !$0.isFound && stamp(of: $0) != nil }.map(modelFile)
    let found = try filesOnDisk().filter { manifest[$0]?.isFound != false }.compactMap { file in
      // A file that is no model is not listed; it is an error only for who names it.
      try? self.found(file, as: nil, in: manifest)
    }
    return (installed + found).sorted(by: ModelFile.precedes)
  }

  /// What is wrong with the file's size, which a look tells; nil when nothing is.
  public func sizeFault(_ file: ModelFile) -> String? {
    let count = FileBytes.stamp(of: file.url)?.byteCount
    return count == file.byteCount ? nil : "it has \(count ?? 0) bytes, and \(file.byteCount) were installed"
  }

  /// As ``check(_:)``, but a file whose size and time are those at which it was hashed is not read: to be done before
  /// it is loaded.
  /// - Throws: as ``check(_:)``.
  public func checkIfChanged(_ file: ModelFile) throws {
    let name = path(of: file.url)
    let entry = try ModelManifest.load(from: folder)[name]
    let stamp = FileBytes.stamp(of: file.url)
    if let entry, let stamp, entry.sha256 == file.sha256, entry.bytes == stamp.byteCount,
      entry.modified == stamp.modified
    {
      return
    }
    try check(file)
    // Only a cache: without the right to write it, the file is hashed again the next time.
    try? ModelManifest.update(in: folder) { manifest in
      guard var entry = manifest[name], entry.sha256 == file.sha256, let stamp else { return }
      entry.modified = stamp.modified
      manifest.record(entry)
    }
  }

  /// Reads the whole file and compares its hash.
  /// - Throws: ``CommentBotError`` with code `modelDamaged` and the mending command, or `modelMissing`.
  public func check(_ file: ModelFile) throws {
    let hash: String
    do {
      hash = try FileDigest.sha256(of: file.url).hex
    } catch let error as CommentBotError where error.code == .inputMissing {
      throw missing(file.name, kind: file.kind)
    }
    guard hash == file.sha256 else {
      throw damaged(file, cause: "its SHA-256 is \(hash.prefix(12))… and not \(file.sha256.prefix(12))…")
    }
  }
}

// MARK: - Finding

extension ModelStore {
  func find(_ nameOrPath: String, kind: ModelKind) throws -> ModelFile {
    let manifest = try ModelManifest.load(from: folder)
    if nameOrPath.contains("/") || [".bin", ".gguf"].contains(where: nameOrPath.hasSuffix) {
      let url = URL(filePath: nameOrPath).standardizedFileURL
      let name = ModelName.ofFile(url.lastPathComponent)
      guard FileBytes.stamp(of: url) != nil else {
        throw CommentBotError(
          .modelMissing, "find the model", url.path, cause: "there is no such file", hint: "commentbot models list")
      }
      return try resolve(path(of: url), name: name, kind: kind, in: manifest)
    }
    let name = ModelCatalog.canonicalName(nameOrPath)
    let installed = manifest.models.filter { $0.name == name && $0.kind == kind && !$0.isExternal }.map(\.file)
    let candidates = installed + ModelName.files(for: name, kind: kind, weights: weights)
    // Installed files in the preferred type of weights come first, whoever put them there.
    let isPreferred = { (file: String) in ModelName.weights(of: file) == weights }
    let files = candidates.filter(isPreferred) + candidates.filter { !isPreferred($0) }
    guard let file = files.first(where: { FileBytes.stamp(of: url(of: $0)) != nil }) else {
      throw missing(nameOrPath, kind: kind)
    }
    return try resolve(file, name: name, kind: kind, in: manifest)
  }

  private func resolve(_ file: String, name: String, kind: ModelKind, in manifest: ModelManifest) throws -> ModelFile {
    guard let entry = manifest[file], !entry.isFound else { return try found(file, as: kind, in: manifest) }
    let model = modelFile(entry)
    guard entry.kind == kind else { throw wrongKind(model.url, is: entry.kind, wanted: kind) }
    guard let stamp = stamp(of: entry), stamp.byteCount == entry.bytes else {
      throw damaged(model, cause: "it does not have the \(entry.bytes) bytes that were installed")
    }
    return model
  }

  /// A file that CommentBot did not install: its hash is kept in the manifest until its size or time changes.
  private func found(_ file: String, as kind: ModelKind?, in manifest: ModelManifest) throws -> ModelFile {
    let url = url(of: file)
    guard let stamp = FileBytes.stamp(of: url) else { throw missing(url.path, kind: kind ?? .whisper) }
    if let entry = manifest[file], entry.bytes == stamp.byteCount, entry.modified == stamp.modified {
      if let kind, entry.kind != kind { throw wrongKind(url, is: entry.kind, wanted: kind) }
      return modelFile(entry)
    }
    let format = try ModelFormat.recognise(url)
    if let kind, format.kind != kind { throw wrongKind(url, is: format.kind, wanted: kind) }
    let entry = ModelManifest.Entry(
      kind: format.kind, name: ModelCatalog.canonicalName(ModelName.ofFile(url.lastPathComponent)), file: file,
      sha256: try FileDigest.sha256(of: url).hex, bytes: stamp.byteCount, source: ModelManifest.found,
      modified: stamp.modified)
    // Only a cache: without the right to write it, the file is hashed again the next time.
    try? ModelManifest.update(in: folder) { $0.record(entry) }
    return modelFile(entry)
  }

  /// Files in the folders of models, as paths below ``folder``.
  func filesOnDisk() throws -> [String] {
    Set(ModelKind.allCases.map(\.folder)).sorted().flatMap { name in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path)) ?? []
      return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".bin") || $0.hasSuffix(".gguf")) }.sorted()
        .map { "\(name)/\($0)" }
    }
  }

  func url(of file: String) -> URL { file.hasPrefix("/") ? URL(filePath: file) : folder.appending(path: file) }

  /// The manifest's way of writing the file's path.
  func path(of url: URL) -> String {
    let prefix = folder.path.hasSuffix("/") ? folder.path : folder.path + "/"
    return url.path.hasPrefix(prefix) ? String(url.path.dropFirst(prefix.count)) : url.path
  }

  func stamp(of entry: ModelManifest.Entry) -> FileBytes.Stamp? { FileBytes.stamp(of: url(of: entry.file)) }

  func modelFile(_ entry: ModelManifest.Entry) -> ModelFile {
    ModelFile(
      kind: entry.kind, name: entry.name, url: url(of: entry.file), sha256: entry.sha256, byteCount: entry.bytes,
      source: entry.source)
  }
}

// MARK: - Errors

extension ModelStore {
  private func missing(_ name: String, kind: ModelKind) -> CommentBotError {
    let isKnown = ModelCatalog.entry(name, kind: kind) != nil
    return CommentBotError(
      .modelMissing, "find the model", name,
      cause: isKnown ? "it is not installed in \(folder.path)" : "no model of that name is known or installed",
      hint: isKnown ? "commentbot models pull \(ModelCatalog.canonicalName(name))" : "commentbot models list")
  }

  func damaged(_ file: ModelFile, cause: String) -> CommentBotError {
    CommentBotError(.modelDamaged, "use the model", file.url.path, cause: cause, hint: mending(file))
  }

  /// The command that puts an intact file in this one's place: by the way that it came.
  /// - Parameter force: whether a file with the right hash is to be replaced too.
  public func mending(_ file: ModelFile, force: Bool = false) -> String {
    let isImported = file.source.hasPrefix("/")
    if !isImported, ModelCatalog.entry(file.name, kind: file.kind) != nil {
      return "commentbot models pull \(force ? "--force " : "")\(file.name)"
    }
    let path = isImported ? file.source.shellQuoted : "PATH"
    return "commentbot models import \(path) --name \(file.name)"
  }

  private func wrongKind(_ url: URL, is kind: ModelKind, wanted: ModelKind) -> CommentBotError {
    let words: [ModelKind: String] = [
      .whisper: "a Whisper model", .vad: "a voice activity detection model", .llm: "a language model",
    ]
    return CommentBotError(
      .modelDamaged, "use the model", url.path,
      cause: "it is \(words[kind] ?? kind.rawValue) and not \(words[wanted] ?? wanted.rawValue)",
      hint: "commentbot models list")
  }
}
