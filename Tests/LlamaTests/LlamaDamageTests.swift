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
  @Test(arguments: [
    ("<|im_start|>", "<reponame>\u{0}\u{0}", "its vocabulary is damaged"),
    ("llama.block_count", "llama.block_cOunt", "its number of layers is damaged"),
  ])
  func load_throwsModelDamaged_forDamagedMetadata(_ good: String, _ bad: String, _ cause: String) async throws {
    try await withScratchFile { file in
      var bytes = try Data(contentsOf: RealModel.file)
      bytes.replaceSubrange(try #require(bytes.range(of: Data(good.utf8))), with: Data(bad.utf8))
      try bytes.write(to: file)
      #expect(await failure(file)?.cause == cause)
    }
  }

  @Test func load_throwsModelDamaged_forAFolder() async {
    #expect(await failure(FileManager.default.temporaryDirectory)?.code == .modelDamaged)
  }
}
