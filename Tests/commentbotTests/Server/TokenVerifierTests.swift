import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// JSON Web Tokens that must not open anything, beside those that must.
struct TokenVerifierTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)
  private static let good: [String: any Sendable] = [
    "sub": "anna", "aud": ["other", "commentbot"], "exp": 1_800_000_060, "scope": "read write unheard-of",
  ]

  @Test func hs256_good_tellsOwnerAndScopes() async throws {
    let principal = try await Self.verifier().principal(of: SignedToken.make(Self.good))
    #expect(principal.owner == "anna" && principal.scopes == [.read, .write])
  }

  @Test(
    arguments: [
      ["exp": 1_799_999_999], ["exp": nil], ["exp": "never"], ["aud": nil], ["aud": "other"], ["aud": [String]()],
      ["sub": nil], ["sub": ""], ["nbf": 1_800_000_030], ["iss": "somebody"], ["iss": nil],
    ] as [[String: (any Sendable)?]])
  func hs256_wrongClaims_areRefused(change: [String: (any Sendable)?]) async throws {
    var claims = Self.good
    claims["iss"] = "issuer"
    let verifier = try await Self.verifier(issuer: "issuer")
    _ = try await verifier.principal(of: SignedToken.make(claims))
    for (key, value) in change { claims[key] = value }
    await #expect(throws: (any Error).self) { try await verifier.principal(of: SignedToken.make(claims)) }
  }

  @Test func hs256_wrongSignaturesAndHeads_areRefused() async throws {
    let verifier = try await Self.verifier()
    for attack in SignedToken.attacks(Self.good) {
      await #expect(throws: (any Error).self, "\(attack)") { try await verifier.principal(of: attack) }
    }
  }

  @Test func rs256_tokenSignedWithThePublicKeyAsSecret_isRefused() async throws {
    let scratch = try Scratch()
    let (secret, open) = (scratch.path("private.pem"), scratch.path("public.pem"))
    for arguments in [["genrsa", "-out", secret, "2048"], ["rsa", "-in", secret, "-pubout", "-out", open]] {
      #expect(try Command.run("openssl", arguments).status == 0)
    }
    let verifier = try await TokenVerifier(
      JWTSettings(algorithm: "RS256", secretFile: nil, publicKeyFile: open), now: { Self.now })
    let text = SignedToken.encode(#"{"alg":"RS256"}"#) + "." + SignedToken.encode(Self.good)
    try Data(text.utf8).write(to: URL(filePath: scratch.path("text")))
    let signature = scratch.path("signature")
    let signing = ["dgst", "-sha256", "-sign", secret, "-out", signature, scratch.path("text")]
    #expect(try Command.run("openssl", signing).status == 0)
    let good = "\(text).\(SignedToken.encode(try Data(contentsOf: URL(filePath: signature))))"
    #expect(try await verifier.principal(of: good).owner == "anna")
    let pem = try String(contentsOfFile: open, encoding: .utf8)
    for key in [pem, pem.trimmingCharacters(in: .whitespacesAndNewlines)] {
      for head in [#"{"alg":"HS256"}"#, #"{"alg":"RS256"}"#] {
        let attack = SignedToken.make(Self.good, head: head, key: key)
        await #expect(throws: (any Error).self) { try await verifier.principal(of: attack) }
      }
    }
    // Nor can the public key be taken for a secret by mistake.
    let error = await #expect(throws: CommentBotError.self) {
      try await TokenVerifier(JWTSettings(algorithm: "HS256", secretFile: open, publicKeyFile: nil))
    }
    #expect(error?.code == .configuration)
  }

  @Test func settings_shortSecretOrUnknownAlgorithm_areRefused() async throws {
    let scratch = try Scratch()
    try Data("short".utf8).write(to: URL(filePath: scratch.path("secret")))
    await #expect(throws: CommentBotError.self) {
      try await TokenVerifier(JWTSettings(algorithm: "HS256", secretFile: scratch.path("secret"), publicKeyFile: nil))
    }
    for algorithm in ["none", "HS512", ""] {
      #expect(throws: CommentBotError.self) {
        try JWTSettings(algorithm: algorithm, secretFile: "a", publicKeyFile: nil)
      }
    }
    #expect(throws: CommentBotError.self) { try JWTSettings(algorithm: "RS256", secretFile: "a", publicKeyFile: "b") }
  }

  private static func verifier(issuer: String? = nil) async throws -> TokenVerifier {
    let scratch = try Scratch()
    try Data((SignedToken.secret + "\n").utf8).write(to: URL(filePath: scratch.path("secret")))
    var settings = try JWTSettings(algorithm: "HS256", secretFile: scratch.path("secret"), publicKeyFile: nil)
    settings.issuer = issuer
    return try await TokenVerifier(settings, now: { now })
  }
}
