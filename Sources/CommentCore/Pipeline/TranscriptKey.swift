import Crypto
import Foundation

/// Names a transcript by what it is computed from and with.
enum TranscriptKey {
  /// SHA-256, in hexadecimal, of the source's digest, the decode parameters, the engine's identity and the options.
  static func make(sha256: String, engine: EngineIdentity, options: TranscriptionOptions) throws -> String {
    SHA256.hexDigest([
      sha256, AudioDecoder.parametersDigest, engine.engine, engine.model, engine.digest, try JSONText.encode(options),
    ])
  }
}
