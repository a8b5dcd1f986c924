import CommentCore
import Foundation
import Testing

@testable import Llama

/// Calls the work with a file that is gone afterwards.
func withScratchFile(_ work: (URL) async throws -> Void) async throws {
  let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf")
  defer { try? FileManager.default.removeItem(at: file) }
  try await work(file)
}

@Suite struct LlamaDamageTests {
  private func failure(_ file: URL) async -> CommentBotError? {
    await #expect(throws: CommentBotError.self) {
      _ = try await LlamaModel.load(file, name: "smollm2", digest: "", contextLimit: 256)
    }
  }

  @Test func load_throwsModelMissing_withTheCommandThatBringsIt() async {
    let error = await failure(URL(filePath: "/nowhere/smollm2.gguf"))
    #expect(error?.code == .modelMissing)
    #expect(error?.hint == "commentbot models pull smollm2")
  }

  @Test(arguments: [0, 3, 4, 20, 1000, 1_000_000, 50_000_000, 98_362_400])
  func load_throwsModelDamaged_forATruncatedFile(_ count: Int) async throws {
    try await withScratchFile { file in
      try Data(contentsOf: RealModel.file, options: .alwaysMapped).prefix(count).write(to: file)
      let error = await failure(file)
      #expect(error?.code == .modelDamaged)
      #expect(error?.hint == "commentbot models pull smollm2")
      #expect(error?.cause.isEmpty == false)
    }
  }

  @Test func load_throwsModelDamaged_forGarbage() async throws {
    try await withScratchFile { file in
      try Data("RIFF and no model".utf8).write(to: file)
      #expect(await failure(file)?.code == .modelDamaged)
      try Data("GGUF".utf8 + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 73) }).write(to: file)
      #expect(await failure(file)?.code == .modelDamaged)
    }
  }

  /// libllama would end the process here.
  @Test func load_throwsModelDamaged_forADamagedVocabulary() async throws {
    try await withScratchFile { file in
      var bytes = try Data(contentsOf: RealModel.file)
      let token = try #require(bytes.range(of: Data("<|im_start|>".utf8)))
      bytes.replaceSubrange(token, with: Data("<reponame>\u{0}\u{0}".utf8))
      try bytes.write(to: file)
      #expect(await failure(file)?.cause == "its vocabulary is damaged")
    }
  }

  @Test func load_throwsModelDamaged_forAFolder() async {
    #expect(await failure(FileManager.default.temporaryDirectory)?.code == .modelDamaged)
  }
}
