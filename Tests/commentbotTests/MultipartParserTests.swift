import Foundation
import HTTPTypes
import Testing

@testable import commentbot

@Suite struct MultipartParserTests {
  private static let type = "multipart/form-data; boundary=\"b-1\""
  /// Contents that look like the beginning of a delimiter.
  private static let file = Array("\r\n--b\r\r\n--b-\r\n\r\n--\r\n--b-2\u{0}\r\n--b-".utf8) + [0xFF, 0x0D]
  private static let body: [UInt8] =
    Array("preamble\r\n--b-1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nbase\r\n".utf8)
    + Array("--b-1 \t\r\nX: y\r\ncontent-disposition: form-data; filename=\"a;\\\"b.mp3\"; name=file\r\n\r\n".utf8)
    + file
    + Array("\r\n--b-1\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--b-1--\r\nepilogue\r\n--b-1\r\n".utf8)
  private static let expected: [MultipartParser.Event] = [
    .part(name: "model", filename: nil), .data(Array("base".utf8)), .endOfPart,
    .part(name: "file", filename: "a;\"b.mp3"), .data(file), .endOfPart,
    .part(name: "", filename: nil), .endOfPart,
  ]

  @Test func parser_cutAtEveryTwoPlaces_tellsTheSame() throws {
    for first in 0...Self.body.count {
      for second in stride(from: first, through: Self.body.count, by: 7) {
        let pieces = [Self.body[..<first], Self.body[first..<second], Self.body[second...]]
        try #require(try Self.events(pieces) == Self.expected, "cut at \(first) and \(second)")
      }
    }
  }

  @Test func parser_byteByByte_tellsTheSame() throws {
    #expect(try Self.events(Self.body.map { [$0][...] }) == Self.expected)
  }

  @Test func parser_randomBodies_comeOutAsTheyWentIn() throws {
    var random = Seeded(state: 7)
    let alphabet = Array("\r\n-b1X".utf8)
    for _ in 0..<2000 {
      // Of these characters delimiters come about by chance: then it would be another body.
      let content = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0
      }
      if String(decoding: [13, 10] + content, as: UTF8.self).contains("\r\n--b-1") { continue }
      let head = Array("--b-1\r\nContent-Disposition: form-data; name=f\r\n\r\n".utf8)
      let whole = head + content + Array("\r\n--b-1--".utf8)
      var pieces: [ArraySlice<UInt8>] = []
      var rest = whole[...]
      while !rest.isEmpty {
        let count = Int.random(in: 1...9, using: &random)
        pieces.append(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
      let data: [MultipartParser.Event] = content.isEmpty ? [] : [.data(content)]
      #expect(try Self.events(pieces) == [.part(name: "f", filename: nil)] + data + [.endOfPart])
    }
  }

  @Test func parser_longFile_holdsNoMoreThanAPiece() throws {
    var parser = try MultipartParser(contentType: Self.type)
    _ = try parser.feed(Array("--b-1\r\nContent-Disposition: form-data; name=f\r\n\r\n".utf8))
    let piece = [UInt8](repeating: 0x0D, count: 1 << 16)
    var total = 0
    for _ in 0..<50 {
      let sizes = try parser.feed(piece).map { event -> Int in
        guard case .data(let bytes) = event else { return 0 }
        return bytes.count
      }
      #expect(sizes.allSatisfy { $0 <= piece.count + 16 })
      total += sizes.reduce(0, +)
    }
    #expect(total >= 50 * piece.count - 16)
  }

  @Test(arguments: [
    "--b-1x\r\n\r\n", "--b-1\r\nX: y\r\n\r\n", "--b-1\r\nContent-Disposition: attachment; name=f\r\n\r\n",
    "--b-1\r\n" + String(repeating: "X", count: 20_000), "--b-1" + String(repeating: " ", count: 300),
  ])
  func parser_malformedBody_isRefused(body: String) throws {
    var parser = try MultipartParser(contentType: Self.type)
    #expect(throws: ServiceFailure.self) { try parser.feed(Array(body.utf8)) }
  }

  @Test func parser_cutOffBody_isRefused() throws {
    // Two bytes before the line break at the end of the last delimiter, it is still whole.
    let end = try #require(Self.body.firstRange(of: Array("--b-1--".utf8))).upperBound
    for count in 0..<end {
      var parser = try MultipartParser(contentType: Self.type)
      _ = try parser.feed(Self.body[..<count])
      #expect(throws: ServiceFailure.self, "after \(count) bytes") { try parser.finish() }
    }
  }

  @Test(arguments: [nil, "application/json", "multipart/form-data", "multipart/form-data; boundary="])
  func parser_otherContentType_isRefused(type: String?) {
    #expect(throws: ServiceFailure.self) { try MultipartParser(contentType: type) }
  }

  /// What the parser tells, with neighbouring data joined.
  private static func events(_ pieces: [ArraySlice<UInt8>]) throws -> [MultipartParser.Event] {
    var parser = try MultipartParser(contentType: type)
    var joined: [MultipartParser.Event] = []
    for event in try pieces.flatMap({ try parser.feed($0) }) {
      if case .data(let more) = event, case .data(let bytes)? = joined.last {
        joined[joined.count - 1] = .data(bytes + more)
      } else {
        joined.append(event)
      }
    }
    try parser.finish()
    return joined
  }
}

/// The same numbers at every run.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}
