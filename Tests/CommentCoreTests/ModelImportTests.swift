import Foundation
import Testing

@testable import CommentCore

@Suite struct ModelImportTests {
  private func importer(_ store: ModelStore, check: @escaping ModelCheck = { _, _ in }) -> ModelImporter {
    let convert: ModelConverter = { folder, output, weights in
      guard FileManager.default.fileExists(atPath: folder.appending(path: "model.bin").path) else {
        throw CommentBotError(.modelMissing, "convert", folder.path, cause: "there is no model.bin in it")
      }
      try FakeModel.whisper(weights).write(to: output)
    }
    return ModelImporter(store: store, convert: convert, check: check)
  }

  @Test func import_ofWhatTheEngineFindsDamaged_saysToGetItAgain() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder.appending(path: "models"))
      try FakeModel.llm.put(folder, "it's.gguf")
      let path = folder.appending(path: "it's.gguf")
      let error = await thrownError {
        let check: ModelCheck = { file, kind in
          #expect(file.path == path.path && kind == .llm)
          throw CommentBotError(.modelDamaged, "read", file.path, cause: "it ends too early", hint: "other")
        }
        _ = try importer(store, check: check).importModel(at: path, name: "mine")
      }
      #expect(error?.code == .modelDamaged)
      let quoted = path.path.replacing("'", with: "'\\''")
      #expect(error?.hint == "get the file again, then: commentbot models import '\(quoted)' --name 'mine'")
      #expect(modelFiles(in: store.folder).isEmpty)
    }
  }

  @Test func import_ofFiles_goesByTheirFirstBytes() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder.appending(path: "models"))
      try FakeModel.llm.put(folder, "Chat.download")
      try FakeModel.whisper(.bf16).put(folder, "ggml-small.bin")
      try FakeModel.vad.put(folder, "vad")
      let files = try ["Chat.download", "ggml-small.bin", "vad"].map {
        try importer(store).importModel(at: folder.appending(path: $0), name: nil)
      }
      #expect(files.map(\.name) == ["chat.download", "small", "silero"])
      #expect(files.map(\.kind) == [.llm, .whisper, .vad])
      #expect(
        modelFiles(in: store.folder) == [
          "llm/chat.download.gguf", "whisper/ggml-silero-v6.2.0.bin", "whisper/ggml-small-bf16.bin",
        ])
      #expect(try store.whisper("small").source == folder.appending(path: "ggml-small.bin").path)
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "vad").path))
    }
  }

  @Test func import_ofAFolder_converts() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder.appending(path: "models"), weights: .f16)
      try Data("WhisperSpec".utf8).put(folder, "faster-whisper-small/model.bin")
      let file = try importer(store).importModel(at: folder.appending(path: "faster-whisper-small"), name: "mine")
      #expect(file.name == "mine")
      #expect(try store.whisper("mine").url.lastPathComponent == "ggml-mine.bin")
    }
  }

  @Test func import_ofAnythingElse_leavesNothing() async throws {
    try await withModelsFolder { folder in
      let store = ModelStore(folder: folder.appending(path: "models"))
      try Data("ID3 a song".utf8).put(folder, "song.mp3")
      try FakeModel.llm.put(folder, "good.gguf")
      let cases: [(String, String?, CommentBotError.Code)] = [
        ("song.mp3", nil, .modelDamaged), ("none", nil, .inputMissing), (".", nil, .modelMissing),
        ("good.gguf", "../../evil", .usage), ("good.gguf", "", .usage),
      ]
      for (path, name, code) in cases {
        let error = await thrownError {
          _ = try importer(store).importModel(at: folder.appending(path: path), name: name)
        }
        #expect(error?.code == code, "\(path)")
      }
      #expect(modelFiles(in: store.folder).isEmpty)
    }
  }
}
