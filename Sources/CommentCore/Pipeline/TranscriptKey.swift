import Crypto
import Foundation

/// Names a transcript by what it is computed from and with.
public enum TranscriptKey {
  /// Raise it whenever the same engine and options make another text of the same sound: what an older version has
  /// stored, finished or not, is then not taken for this one's.
  public static let version = "4"

  /// SHA-256, in hexadecimal, of this version, the source's digest, the decode parameters, the engine's identity and
  /// the options.
  static func make(sha256: String, engine: EngineIdentity, options: TranscriptionOptions) throws -> String {
    SHA256.hexDigest([
      version, sha256, AudioDecoder.parametersDigest, engine.engine, engine.model, engine.digest,
      try JSONText.encode(options),
    ])
  }
}
