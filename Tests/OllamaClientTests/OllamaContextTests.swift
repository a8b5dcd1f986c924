import CommentCore
import Foundation
import TestSupport
import Testing

@testable import OllamaClient

@Suite struct OllamaContextTests {
  private func facts(_ info: String) throws -> OllamaModelFacts {
    try JSONDecoder().decode(OllamaModelFacts.self, from: Data(#"{"model_info":{\#(info)}}"#.utf8))
  }

  @Test func cache_isAKeyAndAValueForEachLayerAndHead() async throws {
    // SmolLM2-135M: 30 layers, 3 heads of 64.
    let server = try recordedServer()
    #expect(try await OllamaClient(server).show("smollm2").cacheBytesPerToken == 2 * 2 * 30 * 3 * 64)
    let keys = #""general.architecture":"x","x.block_count":10,"x.attention.head_count":4,"x.attention.key_length":128"#
    #expect(try facts(keys).cacheBytesPerToken == 2 * 2 * 10 * 4 * 128)
    #expect(try facts(#""general.architecture":"x","x.block_count":10"#).cacheBytesPerToken == nil)
  }

  @Test func length_isWhatModelAndMemoryHold() throws {
    let model = try facts(
      #""general.architecture":"x","x.context_length":32768,"x.block_count":36,"x.attention.head_count":32,"x.attention.head_count_kv":8,"x.attention.key_length":128"#
    )
    let perToken = try #require(model.cacheBytesPerToken)
    #expect(perToken == 147_456)
    #expect(OllamaContext.length(model, limit: 8192) == 8192)
    #expect(OllamaContext.length(model, limit: 65536) == 32768)
    let weights = 2_500_000_000
    #expect(OllamaContext.length(model, limit: 8192, modelBytes: weights, freeBytes: weights + 8192 * perToken) == 8192)
    #expect(OllamaContext.length(model, limit: 8192, modelBytes: weights, freeBytes: weights + 8191 * perToken) == 4096)
    // Never too little to read with; Ollama says it when there is no room for that either.
    #expect(OllamaContext.length(model, limit: 8192, modelBytes: weights, freeBytes: 0) == 2048)
    // What is loaded stays as it is, unless it is less than serves or more than may be used.
    #expect(OllamaContext.length(model, limit: 8192, loaded: 4096, modelBytes: weights, freeBytes: 0) == 4096)
    #expect(OllamaContext.length(model, limit: 8192, loaded: 4096) == 8192)
    // What it has in memory is not free, and need not be.
    let more = 4096 * perToken
    #expect(OllamaContext.length(model, limit: 8192, loaded: 4096, modelBytes: weights, freeBytes: more) == 8192)
    #expect(OllamaContext.length(model, limit: 8192, loaded: 4096, modelBytes: weights, freeBytes: more - 1) == 4096)
    #expect(OllamaContext.length(model, limit: 4096, loaded: 8192, modelBytes: weights, freeBytes: 0) == 4096)
    #expect(OllamaContext.length(model, limit: 8192, loaded: 16384) == 8192)
    #expect(try OllamaContext.length(facts(""), limit: 8192, modelBytes: weights, freeBytes: 0) == 8192)
  }

  @Test func modelForOneText_hasNoMoreThanThatNeeds() async throws {
    let server = try recordedServer(["/api/ps": [.reply(#"{"models":[]}"#)]])
    let model = try await OllamaModel(on: OllamaClient(server), freeBytes: 1 << 30)
    #expect(model.contextLength == 8192)
    #expect(model.fitting("Hello there.").contextLength == 3072)
    #expect(model.fitting(String(repeating: "the cat sat on the mat. ", count: 300)).contextLength == 5120)
    #expect(model.fitting(String(repeating: "the cat sat on the mat. ", count: 3000)).contextLength == 8192)
    #expect(model.fitting("x").identity == model.identity)
    let loaded = try await OllamaModel(on: OllamaClient(recordedServer()), freeBytes: 1)
    #expect(loaded.contextLength == 4096 && loaded.fitting("x").contextLength == 4096)
    let roomy = try await OllamaModel(on: OllamaClient(recordedServer()), freeBytes: 1 << 40)
    #expect(roomy.contextLength == 8192 && roomy.fitting("x").contextLength == 4096)
    #expect(roomy.fitting(String(repeating: "the cat sat on the mat. ", count: 300)).contextLength == 5120)
    let poor = try await OllamaModel(on: OllamaClient(server), freeBytes: 1)
    #expect(poor.contextLength == 2048)
  }
}
