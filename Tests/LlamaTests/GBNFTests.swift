import CommentCore
import Foundation
import Testing

@testable import Llama

@Suite struct GBNFTests {
  @Test func gbnf_boundsEverything() {
    let schema = JSONSchema.object([
      .init("items", .array(of: .string(maxLength: 12), maxItems: 3)), .init("n", .integer),
    ])
    #expect(
      schema.gbnf == #"""
        r0 ::= "\"" char{0,12} "\""
        r1 ::= "," ws r0
        r2 ::= "[" ws (r0 r1{0,2} ws)? "]"
        r3 ::= "{" ws "\"items\":" ws r2 "," ws "\"n\":" ws integer ws "}"
        root ::= r3
        ws ::= " "?
        char ::= [^"\\\x00-\x1F\x7F] | "\\" ["\\/bfnrt]
        integer ::= "-"? ("0" | [1-9] [0-9]{0,8})

        """#)
  }

  /// The grammar is libllama's to accept: it must take every schema, and the answer must be of its form.
  @Test(arguments: [
    JSONSchema.integer, .string(maxLength: nil), .string(maxLength: 0), .string(maxLength: 100_000),
    .array(of: .integer, maxItems: 0), .array(of: .integer, maxItems: 1), .array(of: .integer, maxItems: 1_000_000),
    .array(of: .array(of: .string(maxLength: 900), maxItems: 900), maxItems: 900), .object([]),
    .object([.init("a \"quoted\" \\ name", .integer), .init("größe_東", .string(maxLength: 5))]),
  ])
  func gbnf_isAccepted_andItsAnswersAreJSON(_ schema: JSONSchema) async throws {
    let model = try await RealModel.shared()
    let request = ChatRequest([ChatMessage(.user, "JSON, please.")], schema: schema, maxTokens: 60)
    let (text, usage) = try await answer(model, request)
    if !usage.isCut {
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    #expect(!text.isEmpty)
  }
}

@Suite struct UTF8JoinerTests {
  @Test(arguments: ["", "abc", "é", "東京", "👩‍👩‍👧 ok", "a\u{301}"])
  func text_isWhole_whereverItIsCut(_ text: String) {
    let bytes = Array(text.utf8)
    for first in 0...bytes.count {
      for second in first...bytes.count {
        var joiner = UTF8Joiner()
        let joined =
          joiner.append(bytes[..<first]) + joiner.append(bytes[first..<second]) + joiner.append(bytes[second...])
        #expect(Array(joined.utf8) == bytes)
        #expect(joiner.finish().isEmpty)
      }
    }
  }

  @Test func bytesThatAreNoText_areReplaced_andHoldNothingBack() {
    var joiner = UTF8Joiner()
    #expect(joiner.append([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
    #expect(joiner.append([0x80, 0x80, 0x80, 0x80]).count == 4)
    #expect(joiner.append([0xE6, 0x9D]).isEmpty)
    #expect(joiner.finish() == "\u{FFFD}")
  }
}
