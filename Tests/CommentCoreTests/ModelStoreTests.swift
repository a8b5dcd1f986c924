import Foundation
import Testing

@testable import CommentCore

@Suite struct ModelStoreTests {
  private func installed(_ folder: URL, weights: WeightType = .f16) throws -> ModelStore {
    let store = ModelStore(folder: folder, weights: weights)
    try FakeModel.whisper().put(folder, "new")
    _ = try store.install(folder.appending(path: "new"), name: "base", kind: .whisper, source: "test")
    return store
  }

  @Test func whisper_missing_namesThePull() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      let known = await thrownError { _ = try store.whisper("turbo") }
      #expect(known?.code == .modelMissing)
      #expect(known?.hint == "commentbot models pull large-v3-turbo")
      let unknown = await thrownError { _ = try store.whisper("bass") }
      #expect(unknown?.hint == "commentbot models list")
      #expect(await thrownError { _ = try store.vad() }?.hint == "commentbot models pull silero")
      #expect(await thrownError { _ = try store.llm(nil) }?.hint == "commentbot models pull smollm2")
      #expect(modelFiles(in: folder).isEmpty)
    }
  }

  @Test func whisper_installed_isFoundWithItsHash() async throws {
    try await withModelsFolder { folder in
      let file = try installed(folder).whisper("base")
      #expect(file.url == folder.appending(path: "whisper/ggml-base.bin"))
      #expect(file.byteCount == FakeModel.whisper().count)
      #expect(file.sha256 == (try FileDigest.sha256(of: file.url).hex))
      #expect(file.source == "test")
    }
  }

  @Test func whisper_inTwoTypes_takesTheFastest() async throws {
    try await withModelsFolder { folder in
      try FakeModel.whisper(.f16).put(folder, "whisper/ggml-base.bin")
      try FakeModel.whisper(.bf16).put(folder, "whisper/ggml-base-bf16.bin")
      let fast = try ModelStore(folder: folder, weights: .bf16).whisper("base")
      let plain = try ModelStore(folder: folder, weights: .f16).whisper("base")
      #expect(fast.url.lastPathComponent == "ggml-base-bf16.bin")
      #expect(plain.url.lastPathComponent == "ggml-base.bin")
      try FileManager.default.removeItem(at: plain.url)
      #expect(try ModelStore(folder: folder, weights: .f16).whisper("base").url == fast.url)
    }
  }

  @Test func whisper_shortened_isDamagedWithTheMendingCommand() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      try FakeModel.whisper().dropLast().put(folder, "whisper/ggml-base.bin")
      let error = await thrownError { _ = try store.whisper("base") }
      #expect(error?.code == .modelDamaged)
      #expect(error?.hint == "commentbot models pull base")
    }
  }

  @Test func check_oneByteChanged_isDamaged() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      let file = try store.whisper("base")
      try store.check(file)
      try FakeModel.whisper(filler: 2).put(folder, "whisper/ggml-base.bin")
      #expect(try store.whisper("base") == file)
      #expect(await thrownError { try store.check(file) }?.code == .modelDamaged)
    }
  }

  @Test func checkIfChanged_readsWhatHasAnotherTime() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      let file = try store.whisper("base")
      let modified = { try FileManager.default.attributesOfItem(atPath: file.url.path)[.modificationDate] as? Date }
      let installed = try #require(try modified())
      func setTime(_ time: Date) throws {
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: file.url.path)
      }
      // A copy with a time of its own is read once.
      try setTime(installed + 60)
      try store.checkIfChanged(file)
      try FakeModel.whisper(filler: 2).put(folder, "whisper/ggml-base.bin")
      try setTime(installed + 60)
      try store.checkIfChanged(file)
      #expect(await thrownError { try store.check(file) }?.code == .modelDamaged)
      try setTime(installed + 120)
      #expect(await thrownError { try store.checkIfChanged(file) }?.code == .modelDamaged)
    }
  }

  @Test func verify_tellsIntactDamagedAndMissingApart() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      for (name, data, kind) in [("silero", FakeModel.vad, ModelKind.vad), ("mine", FakeModel.llm, .llm)] {
        try data.put(folder, "new")
        _ = try store.install(folder.appending(path: "new"), name: name, kind: kind, source: "/models/mine.gguf")
      }
      try FakeModel.whisper(filler: 9).put(folder, "whisper/ggml-base.bin")
      try FileManager.default.removeItem(at: store.llm("mine").url)
      let verdicts = try store.verify()
      #expect(verdicts.map(\.file.name) == ["base", "silero", "mine"])
      #expect(verdicts.map(\.state) == [.damaged, .intact, .missing])
      #expect(
        verdicts.map(\.hint) == [
          "commentbot models pull base", nil, "commentbot models import '/models/mine.gguf' --name mine",
        ])
    }
  }

  @Test func path_toAnyModelFile_works() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder.appending(path: "models"))
      try FakeModel.whisper().put(folder, "elsewhere/My Model.bin")
      let path = folder.appending(path: "elsewhere/My Model.bin").path
      let file = try store.whisper(path)
      #expect(file.url.path == path)
      #expect(file.name == "my model")
      try FakeModel.whisper(filler: 7).put(folder, "elsewhere/My Model.bin")
      // Two writes in one tick of the file system's clock would look like none.
      try FileManager.default.setAttributes([.modificationDate: Date() + 5], ofItemAtPath: path)
      let changed = try store.whisper(path)
      #expect(changed.sha256 == (try FileDigest.sha256(of: file.url).hex))
      #expect(changed.sha256 != file.sha256)
      #expect(try store.list().isEmpty)
    }
  }

  @Test func path_toAnUnchangedFile_isHashedOnce() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      try FakeModel.llm.put(folder, "llm/mine.gguf")
      let first = try store.llm("mine")
      let url = ModelManifest.url(in: folder)
      let text = try String(contentsOf: url, encoding: .utf8).replacingOccurrences(of: first.sha256, with: "cached")
      try text.write(to: url, atomically: true, encoding: .utf8)
      #expect(try store.llm("mine").sha256 == "cached")
    }
  }

  @Test func path_toAnotherKind_isRefused() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      try FakeModel.llm.put(folder, "a.gguf")
      try Data("RIFF and no model".utf8).put(folder, "a.bin")
      try Data().put(folder, "empty.bin")
      for name in ["a.gguf", "a.bin", "empty.bin"] {
        let error = await thrownError { _ = try store.whisper(folder.appending(path: name).path) }
        #expect(error?.code == .modelDamaged, "\(name)")
      }
      #expect(await thrownError { _ = try store.whisper("./no/such.bin") }?.code == .modelMissing)
    }
  }

  @Test func llm_withoutName_takesWhateverIsThere() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder)
      try FakeModel.llm.put(folder, "llm/qwen.gguf")
      #expect(try store.llm(nil).name == "qwen")
      try FakeModel.llm.put(folder, "llm/smollm2-135m-instruct-q4_1.gguf")
      #expect(try store.llm(nil).name == "smollm2")
    }
  }

  @Test func install_withTheWrongHash_leavesThePlaceAsItWas() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      let before = try store.whisper("base")
      try FakeModel.whisper(filler: 5).put(folder, "new")
      let error = await thrownError {
        _ = try store.install(
          folder.appending(path: "new"), name: "base", kind: .whisper, source: "test", sha256: "00")
      }
      #expect(error?.code == .modelDamaged)
      #expect(try store.whisper("base") == before)
      try store.check(before)
    }
  }

  @Test func install_inAnotherType_replacesTheFirst() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder, weights: .bf16)
      try FakeModel.whisper(.bf16).put(folder, "new")
      _ = try store.install(folder.appending(path: "new"), name: "base", kind: .whisper, source: "test")
      #expect(modelFiles(in: folder) == ["whisper/ggml-base-bf16.bin"])
      #expect(try store.list().count == 1)
    }
  }

  @Test func manifest_malformed_isAnErrorAndNotAnEmptyStore() async throws {
    try await withModelsFolder { folder in
      let store = try installed(folder)
      try Data("{".utf8).put(folder, "manifest.json")
      #expect(await thrownError { _ = try store.whisper("base") }?.code == .modelDamaged)
    }
  }

  @Test func manifest_writtenAtTheSameTime_losesNothing() async throws {
    try await withModelsFolder { folder in
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<16 {
          group.addTask {
            try? ModelManifest.update(in: folder) {
              $0.record(
                .init(
                  kind: .llm, name: "\(number)", file: "llm/\(number)", sha256: "", bytes: 0, source: "", modified: 0))
            }
          }
        }
      }
      let entries = try ModelManifest.load(from: folder).models
      #expect(entries.count == 16)
    }
  }

  @Test func home_isInTheFolderThatHOMENames() {
    let home = Home.locate(environment: ["HOME": "/people/ada"], currentFolder: "/nowhere")
    #expect(home.models.path == "/people/ada/.commentbot/data/models")
  }

  @Test func fastestWeights_followTheProcessor() {
    let zen4 = CPUFeatures(cpuinfo: "processor\t: 0\nflags\t\t: fpu avx2 avx512_bf16 avx512_vnni\n\nprocessor\t: 1\n")
    let zen2 = CPUFeatures(cpuinfo: "processor\t: 0\nflags\t\t: fpu avx2\n")
    #expect(zen4.fastestWeights == .bf16)
    #expect(zen2.flags == ["fpu", "avx2"])
    #expect(zen2.fastestWeights == .f16)
    #expect(CPUFeatures(cpuinfo: "").fastestWeights == .f16)
  }

  @Test(arguments: [
    ("ggml-base-bf16.bin", "base"), ("ggml-tiny.en.bin", "tiny.en"), ("faster-whisper-large-v3", "large-v3"),
    ("Qwen2.5-3B-Instruct-Q4_K_M.gguf", "qwen2.5-3b-instruct-q4_k_m"),
  ])
  func name_comesFromTheFile(file: String, name: String) {
    #expect(ModelName.ofFile(file) == name)
  }
}
