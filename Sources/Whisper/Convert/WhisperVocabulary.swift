import CommentCore
import Foundation

/// The tokens of a CTranslate2 Whisper folder as the bytes that they stand for.
enum WhisperVocabulary {
  /// What whisper.cpp's files hold: the text tokens, and in English-only models `<|endoftext|>`; it adds the rest
  /// itself.
  static func textTokens(of url: URL, isMultilingual: Bool) throws -> [[UInt8]] {
    let tokens = try load(url)
    guard let endOfText = tokens.firstIndex(of: "<|endoftext|>") else {
      throw CommentBotError(.modelDamaged, "read", url.path, cause: "it lacks the token <|endoftext|>")
    }
    return try tokens[..<(isMultilingual ? endOfText : endOfText + 1)].map { token in
      if token == "<|endoftext|>" { return Array(token.utf8) }
      return try token.unicodeScalars.map { scalar in
        if let byte = bytes[scalar] { return byte }
        throw CommentBotError(.modelDamaged, "read", url.path, cause: "the token \(token) is not in GPT-2's byte code")
      }
    }
  }

  /// `vocabulary.json` is an array of tokens, `vocabulary.txt` has one a line.
  private static func load(_ url: URL) throws -> [String] {
    do {
      let data = try Data(contentsOf: url)
      if url.pathExtension == "json" { return try JSONDecoder().decode([String].self, from: data) }
      let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      return lines.map(String.init)
    } catch {
      throw CommentBotError(.modelDamaged, "read", url.path, cause: error.localizedDescription)
    }
  }

  /// GPT-2 writes bytes as printable characters (`bytes_to_unicode` in openai/gpt-2 `src/encoder.py`).
  private static let bytes: [Unicode.Scalar: UInt8] = {
    var bytes: [Unicode.Scalar: UInt8] = [:]
    var next: UInt32 = 256
    for byte in UInt8.min...UInt8.max {
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: bytes[Unicode.Scalar(byte)] = byte
      default:
        if let scalar = Unicode.Scalar(next) { bytes[scalar] = byte }
        next += 1
      }
    }
    return bytes
  }()
}
