import Crypto
import Foundation

/// The chunks behind a ``SealedHead``. None can be left out, swapped or cut off: each nonce has the chunk's number and
/// whether it is the last one.
struct SealedChunks {
  /// Bytes of a chunk before it is encrypted.
  static let byteCount = 65_536
  static let tagBytes = 16
  /// Random bytes before the first chunk.
  static let nonceBytes = 16

  private let key: SymmetricKey
  private var number: UInt64 = 0

  init(_ fileKey: SymmetricKey, nonce: Data) {
    key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: fileKey, salt: nonce, info: Data("payload".utf8), outputByteCount: 32)
  }

  mutating func seal(_ chunk: Data, isLast: Bool) throws -> Data {
    let box = try ChaChaPoly.seal(chunk, using: key, nonce: nonce(isLast))
    number += 1
    return box.ciphertext + box.tag
  }

  /// - Returns: nil when it is another chunk.
  func open(_ chunk: Data, isLast: Bool) throws -> Data? {
    guard chunk.count >= Self.tagBytes else { return nil }
    let box = try ChaChaPoly.SealedBox(
      nonce: nonce(isLast), ciphertext: chunk.dropLast(Self.tagBytes), tag: chunk.suffix(Self.tagBytes))
    return try? ChaChaPoly.open(box, using: key)
  }

  mutating func goOn() { number += 1 }

  private func nonce(_ isLast: Bool) throws -> ChaChaPoly.Nonce {
    let count = withUnsafeBytes(of: number.bigEndian) { Data($0) }
    return try ChaChaPoly.Nonce(data: Data(count: 3) + count + [isLast ? 1 : 0])
  }
}

/// Encrypts what goes through it; never more than a chunk is in memory.
final class SealedWriter: ByteSink {
  private let sink: any ByteSink
  private var chunks: SealedChunks
  private var pending = Data()

  init(_ passphrase: Passphrase, cost: Int = SealedHead.cost, to sink: any ByteSink) throws {
    let head = try SealedHead(passphrase, cost: cost)
    let nonce = SealedHead.random(SealedChunks.nonceBytes)
    try sink.append(head.bytes + nonce)
    (self.sink, chunks) = (sink, SealedChunks(head.fileKey, nonce: nonce))
  }

  func append(_ data: Data) throws {
    pending.append(data)
    // The last chunk is marked, so as much as one waits until more comes.
    while pending.count > SealedChunks.byteCount {
      try sink.append(chunks.seal(pending.prefix(SealedChunks.byteCount), isLast: false))
      pending = Data(pending.dropFirst(SealedChunks.byteCount))
    }
  }

  /// Without it the file counts as cut off.
  func finish() throws {
    try sink.append(chunks.seal(pending, isLast: true))
    pending = Data()
  }
}

/// Decrypts what comes through it. No byte is given out that was changed.
final class SealedReader: ByteSource {
  private let source: any ByteSource
  private let subject: String
  private var chunks: SealedChunks
  /// Decrypted, and not asked for yet.
  private var open = Data()
  /// Read one chunk ahead, to know which one is the last.
  private var next: Data
  private var isAtEnd = false

  /// - Throws: as ``SealedHead/init(reading:_:subject:)``.
  init(_ source: any ByteSource, _ passphrase: Passphrase, subject: String) throws {
    let head = try SealedHead(reading: source, passphrase, subject: subject)
    let nonce = try source.read(SealedChunks.nonceBytes)
    guard nonce.count == SealedChunks.nonceBytes else { throw CommentBotError.backupCutOff(subject) }
    (self.source, self.subject) = (source, subject)
    chunks = SealedChunks(head.fileKey, nonce: nonce)
    next = try source.read(SealedChunks.byteCount + SealedChunks.tagBytes)
  }

  /// - Throws: ``CommentBotError`` with code `backupDamaged`.
  func read(_ count: Int) throws -> Data {
    while open.count < count, !isAtEnd { open.append(try chunk()) }
    let result = Data(open.prefix(count))
    open = Data(open.dropFirst(count))
    return result
  }

  private func chunk() throws -> Data {
    let sealed = next
    next = try source.read(SealedChunks.byteCount + SealedChunks.tagBytes)
    isAtEnd = next.isEmpty
    if let chunk = try chunks.open(sealed, isLast: isAtEnd) {
      chunks.goOn()
      return chunk
    }
    // One that is whole but not the last one was the end of what is left of the file. One that is shorter was cut
    // itself.
    let isWhole = sealed.count == SealedChunks.byteCount + SealedChunks.tagBytes
    if isAtEnd, try !isWhole || chunks.open(sealed, isLast: false) != nil {
      throw CommentBotError.backupCutOff(subject)
    }
    throw CommentBotError.backupDamaged(subject, "its bytes are not those that were written")
  }
}
