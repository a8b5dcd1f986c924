import Crypto
import CryptoExtras
import Foundation

/// The head of a file that is encrypted with a passphrase, in the format of age (age-encryption.org/v1): `age
/// --decrypt` reads what is written here, and the other way round.
///
/// The file's bytes are encrypted with a random key by ChaCha20-Poly1305, in chunks that carry their number and whether
/// they are the last. That key stands in the head, encrypted with another one that scrypt makes of the passphrase.
struct SealedHead {
  private static let version = "age-encryption.org/v1"
  /// The logarithm of scrypt's cost: 128 MB of memory and some tenths of a second, what OWASP asks for.
  static let cost = 17
  /// More than 1 GB is not tried: a file could say anything.
  private static let costs = 1...20

  /// What a file that is encrypted begins with.
  static let mark = Data("\(version)\n".utf8)

  let fileKey: SymmetricKey
  /// The head as it stands in the file.
  let bytes: Data

  /// Of a new file.
  init(_ passphrase: Passphrase, cost: Int) throws {
    fileKey = SymmetricKey(size: .bits128)
    let salt = Self.random(16)
    let wrapping = try Self.wrappingKey(passphrase, salt: salt, cost: cost)
    let box = try ChaChaPoly.seal(fileKey.data, using: wrapping, nonce: Self.zeroNonce)
    let lines = [
      Self.version, "-> scrypt \(Self.text(salt)) \(cost)", Self.text(box.ciphertext + box.tag), "---",
    ].joined(separator: "\n")
    bytes = Data("\(lines) \(Self.text(Data(Self.code(of: lines, fileKey))))\n".utf8)
  }

  /// Of the file that is read, up to the end of the head.
  /// - Throws: ``CommentBotError`` with code `permission` when the passphrase is another one, `backupDamaged` when the
  ///   head is not as it was written.
  init(reading source: any ByteSource, _ passphrase: Passphrase, subject: String) throws {
    let lines = try (0..<4).map { _ in try Self.line(of: source, subject) }
    let stanza = lines[1].split(separator: " ")
    guard lines[0] == Self.version, lines[3].hasPrefix("--- ") else { throw Self.damaged(subject) }
    guard stanza.count == 4, stanza.starts(with: ["->", "scrypt"]), let salt = Self.data(String(stanza[2])),
      salt.count == 16, let cost = Int(stanza[3]), let wrapped = Self.data(lines[2]), wrapped.count == 32
    else {
      throw CommentBotError.backupDamaged(subject, "it is not encrypted with a passphrase, or its head is damaged")
    }
    guard Self.costs.contains(cost) else {
      throw CommentBotError.backupDamaged(subject, "its head asks for too much work: 2^\(cost)")
    }
    let wrapping = try Self.wrappingKey(passphrase, salt: salt, cost: cost)
    guard
      let box = try? ChaChaPoly.SealedBox(
        nonce: Self.zeroNonce, ciphertext: wrapped.prefix(16), tag: wrapped.suffix(16)),
      let key = try? ChaChaPoly.open(box, using: wrapping)
    else {
      throw CommentBotError(
        .permission, "decrypt", subject, cause: "the passphrase in \(passphrase.file.path) is not this backup's",
        hint: "give the file of the one that it was made with: --passphrase-file FILE")
    }
    fileKey = SymmetricKey(data: key)
    let authenticated = Data((lines[0...2] + ["---"]).joined(separator: "\n").utf8)
    let code = Self.data(String(lines[3].dropFirst(4))) ?? Data()
    guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: authenticated, using: Self.codeKey(fileKey))
    else { throw Self.damaged(subject) }
    bytes = Data()
  }

  static func random(_ count: Int) -> Data { SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).data }

  private static var zeroNonce: ChaChaPoly.Nonce {
    get throws { try ChaChaPoly.Nonce(data: Data(count: 12)) }
  }

  private static func wrappingKey(_ passphrase: Passphrase, salt: Data, cost: Int) throws -> SymmetricKey {
    do {
      return try KDF.Scrypt.deriveKey(
        from: passphrase.bytes, salt: Data("\(version)/scrypt".utf8) + salt, outputByteCount: 32, rounds: 1 << cost,
        blockSize: 8, parallelism: 1)
    } catch {
      throw CommentBotError(
        .io, "make a key of", "the passphrase in \(passphrase.file.path)",
        cause: "scrypt failed, which needs \((1024 << cost) / 1_000_000) MB of memory: \(error)",
        hint: "free some memory, then try again")
    }
  }

  private static func code(of lines: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Data(lines.utf8), using: codeKey(key))
  }

  private static func codeKey(_ key: SymmetricKey) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Data("header".utf8), outputByteCount: 32)
  }

  private static func line(of source: any ByteSource, _ subject: String) throws -> String {
    var line = Data()
    while true {
      let byte = try source.read(1)
      // No line of ours is longer.
      guard byte.count == 1, line.count < 200 else { throw damaged(subject) }
      if byte.first == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
  }

  /// Base64 without its padding.
  private static func text(_ data: Data) -> String { data.base64EncodedString().replacing("=", with: "") }

  private static func data(_ text: String) -> Data? {
    Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4))
  }

  private static func damaged(_ subject: String) -> CommentBotError { .backupDamaged(subject, "its head is damaged") }
}

extension SymmetricKey {
  fileprivate var data: Data { withUnsafeBytes { Data($0) } }
}
