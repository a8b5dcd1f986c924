import Foundation
import TestSupport
import Testing

@testable import CommentCore

/// Encryption by chunks: what comes out is what went in, or nothing does.
struct SealedStreamTests {
  private let scratch: Scratch
  private let passphrase: Passphrase

  init() throws {
    scratch = try Scratch()
    let file = scratch.url.appending(path: "secret")
    try Data("correct horse battery\n".utf8).write(to: file)
    passphrase = try Passphrase(file: file)
  }

  private func sealed(_ bytes: Data, pieces: Int = 50_000) throws -> Data {
    let sink = MemorySink()
    let writer = try SealedWriter(passphrase, cost: 4, to: sink)
    var rest = bytes[...]
    while !rest.isEmpty {
      try writer.append(Data(rest.prefix(pieces)))
      rest = rest.dropFirst(pieces)
    }
    try writer.finish()
    return sink.data
  }

  private func opened(_ bytes: Data) throws -> Data {
    let reader = try SealedReader(MemorySource(bytes), passphrase, subject: "it")
    var result = Data()
    while case let piece = try reader.read(10_000), !piece.isEmpty { result.append(piece) }
    return result
  }

  @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
  func bytes_ofAnyCount_comeBack(count: Int) throws {
    let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
    let sealed = try sealed(bytes)
    #expect(try opened(sealed) == bytes)
    let chunks = max(1, (count + 65_535) / 65_536)
    // The head has the same length always.
    #expect(sealed.count - count - 16 * chunks == 16 + 149)
  }

  @Test func chunks_cutOffOrSwappedOrChanged_areFound() throws {
    let bytes = Data(repeating: 1, count: 150_000)
    let sealed = try sealed(bytes)
    let (first, chunk) = (16 + 149, 65_536 + 16)
    for count in [first, first + 5, first + chunk, first + 2 * chunk, sealed.count - 1] {
      expectDamaged("cut off") { try opened(sealed.prefix(count)) }
    }
    var swapped = sealed
    swapped.replaceSubrange(first..<(first + chunk), with: sealed[(first + chunk)..<(first + 2 * chunk)])
    swapped.replaceSubrange((first + chunk)..<(first + 2 * chunk), with: sealed[first..<(first + chunk)])
    expectDamaged("not those that were written") { try opened(swapped) }
    expectDamaged("") { try opened(sealed + [0]) }
    var changed = sealed
    changed[first + chunk + 7] ^= 1
    expectDamaged("not those that were written") { try opened(changed) }
  }

  @Test func head_changed_isFound() throws {
    let sealed = try sealed(Data("x".utf8))
    let text = String(decoding: sealed.prefix(149), as: UTF8.self)
    let more = text.replacing(" 4\n", with: " 40\n")
    expectDamaged("too much work") { try opened(Data(more.utf8) + sealed.dropFirst(149)) }
    let recipient = text.replacing("-> scrypt", with: "-> X25519")
    expectDamaged("not encrypted with a passphrase") { try opened(Data(recipient.utf8) + sealed.dropFirst(149)) }
    var code = sealed
    // In the code behind the dashes.
    code[140] = code[140] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
    expectDamaged("its head is damaged") { try opened(code) }
  }

  private func expectDamaged(_ words: String, _ work: () throws -> Data) {
    let error = #expect(throws: CommentBotError.self) { _ = try work() }
    #expect(
      error?.code == .backupDamaged && (words.isEmpty || error?.cause.contains(words) == true), "\(error?.cause ?? "")")
  }
}

final class MemorySink: ByteSink {
  var data = Data()

  func append(_ data: Data) throws { self.data.append(data) }
}

final class MemorySource: ByteSource {
  private var rest: Data

  init(_ data: Data) { rest = data }

  func read(_ count: Int) throws -> Data {
    let result = Data(rest.prefix(count))
    rest = Data(rest.dropFirst(count))
    return result
  }
}
