import CommentCore
import Configuration
import Foundation

/// How JSON Web Tokens of another system are checked: by one algorithm and one key.
struct JWTSettings: Sendable, Equatable {
  enum Algorithm: String, Sendable, CaseIterable {
    case hs256 = "HS256"
    case rs256 = "RS256"
  }

  /// `jwt.algorithm`; there are no tokens without it.
  var algorithm: Algorithm
  /// `jwt.secret_file` for HS256; `jwt.public_key_file` for RS256, in PEM.
  var keyFile: String
  /// `jwt.audience`: what `aud` must hold.
  var audience = "commentbot"
  /// `jwt.issuer`: what `iss` must be, if it is set.
  var issuer: String?

  /// - Throws: ``CommentBotError`` with code `configuration`.
  init(algorithm: String, secretFile: String?, publicKeyFile: String?) throws {
    guard let algorithm = Algorithm(rawValue: algorithm) else {
      throw CommentBotError(
        .configuration, "use", "jwt.algorithm = \(algorithm)", cause: "it is neither HS256 nor RS256",
        hint: "export COMMENTBOT_JWT_ALGORITHM=RS256")
    }
    self.algorithm = algorithm
    let (wanted, other, name) =
      algorithm == .hs256
      ? (secretFile, publicKeyFile, "jwt.secret_file") : (publicKeyFile, secretFile, "jwt.public_key_file")
    // One of the wrong kind would be an invitation to sign with a key that everybody has.
    guard let wanted, other == nil else {
      throw CommentBotError(
        .configuration, "use", "jwt.algorithm = \(algorithm.rawValue)", cause: "it needs \(name), and that alone",
        hint: "export COMMENTBOT_\(name.uppercased().replacing(".", with: "_"))=FILE")
    }
    keyFile = wanted
  }

  /// nil when nothing is set.
  init?(reading config: ConfigReader) async throws {
    let secretFile = try await config.fetchString(forKey: "jwt.secret_file")
    let publicKeyFile = try await config.fetchString(forKey: "jwt.public_key_file")
    guard let algorithm = try await config.fetchString(forKey: "jwt.algorithm") else {
      guard secretFile == nil, publicKeyFile == nil else {
        throw CommentBotError(
          .configuration, "use", "the key for tokens", cause: "jwt.algorithm is not set",
          hint: "export COMMENTBOT_JWT_ALGORITHM=\(secretFile == nil ? "RS256" : "HS256")")
      }
      return nil
    }
    try self.init(algorithm: algorithm, secretFile: secretFile, publicKeyFile: publicKeyFile)
    audience = try await config.fetchString(forKey: "jwt.audience", default: audience)
    issuer = try await config.fetchString(forKey: "jwt.issuer")
  }
}
