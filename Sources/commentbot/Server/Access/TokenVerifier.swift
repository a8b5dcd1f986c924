import CommentCore
import Foundation
import JWTKit

/// Checks JSON Web Tokens: by one algorithm, whatever they say of themselves.
struct TokenVerifier: Sendable {
  private let settings: JWTSettings
  private let keys = JWTKeyCollection()
  private let now: @Sendable () -> Date

  /// - Throws: ``CommentBotError`` with code `configuration` when the key cannot be used.
  init(_ settings: JWTSettings, now: @escaping @Sendable () -> Date = { Date() }) async throws {
    self.settings = settings
    self.now = now
    let key = try Self.read(settings.keyFile)
    switch settings.algorithm {
    case .hs256:
      // A public key is no secret: whoever has it could sign.
      guard key.utf8.count >= 32, !key.hasPrefix("-----BEGIN") else {
        throw Self.unusable(settings.keyFile, "a secret has at least 32 bytes, and is no key in PEM")
      }
      await keys.add(hmac: HMACKey(from: key), digestAlgorithm: .sha256)
    case .rs256:
      do {
        await keys.add(rsa: try Insecure.RSA.PublicKey(pem: key), digestAlgorithm: .sha256)
      } catch {
        throw Self.unusable(settings.keyFile, "it is no public RSA key of 2048 bits or more in PEM")
      }
    }
  }

  /// - Throws: what is wrong with the token.
  func principal(of token: String) async throws -> Principal {
    let header = try DefaultJWTParser().parse(Array(token.utf8), as: Claims.self).header
    guard header.alg == settings.algorithm.rawValue, header.crit == nil else { throw Refusal.algorithm }
    let claims = try await keys.verify(token, as: Claims.self)
    try claims.exp.verifyNotExpired(currentDate: now())
    try claims.nbf?.verifyNotBefore(currentDate: now())
    guard claims.aud.names.contains(settings.audience) else { throw Refusal.audience }
    if let issuer = settings.issuer, claims.iss?.value != issuer { throw Refusal.issuer }
    guard !claims.sub.value.isEmpty else { throw Refusal.subject }
    let words = (claims.scope ?? "").split(separator: " ").compactMap { Principal.Scope(rawValue: String($0)) }
    return Principal(owner: claims.sub.value, key: "jwt:\(claims.sub.value)", scopes: Set(words))
  }

  private enum Refusal: Error {
    case algorithm, audience, issuer, subject
  }

  /// What must be there is not optional.
  private struct Claims: JWTPayload {
    var sub: SubjectClaim
    var aud: Audience
    var exp: ExpirationClaim
    var nbf: NotBeforeClaim?
    var iss: IssuerClaim?
    var scope: String?

    /// Everything that depends on settings and time is checked by the verifier.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
  }

  /// One name or several. JWTKit's own ends the process when there are none, whoever has sent that.
  private struct Audience: Codable, Sendable {
    var names: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      names = try (try? [container.decode(String.self)]) ?? container.decode([String].self)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(names)
    }
  }

  private static func read(_ file: String) throws -> String {
    do {
      return try String(contentsOf: URL(filePath: file), encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw unusable(file, error.localizedDescription)
    }
  }

  private static func unusable(_ file: String, _ cause: String) -> CommentBotError {
    CommentBotError(
      .configuration, "use", "the key for tokens in \(file)", cause: cause,
      hint: "openssl rand -hex 32 > FILE    # for HS256; for RS256: openssl rsa -in KEY -pubout -out FILE")
  }
}
