import CommentCore
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// Tells who sends a request, by a key or a token.
final class Authenticator: Sendable {
  /// How long it is believed that there are no keys yet.
  private static let trust = Duration.seconds(1)

  private let library: Library
  private let tokens: TokenVerifier?
  /// Whether only this machine reaches the port.
  private let isLocalOnly: Bool
  /// When it was last seen that there were no keys; `isClosed` once there was one.
  private let door = Mutex<(isClosed: Bool, openAt: ContinuousClock.Instant?)>((false, nil))

  init(library: Library, tokens: TokenVerifier?, isLocalOnly: Bool) {
    self.library = library
    self.tokens = tokens
    self.isLocalOnly = isLocalOnly
  }

  /// - Throws: ``CommentBotError`` with code `usage` when other machines would reach it without a key.
  func requireDoor(host: String) async throws {
    if isLocalOnly || tokens != nil { return }
    guard try await library.hasKeys() else {
      throw CommentBotError(
        .usage, "listen on", host, cause: "other machines reach this address, and there are no keys yet",
        hint: "commentbot keys create --scopes read,write,admin    # then start the service again")
    }
  }

  /// - Throws: ``ServiceFailure`` with status 401.
  func principal(of request: Request) async throws -> Principal {
    if try await isOpen { return .local }
    guard let text = Self.credentials(of: request) else {
      throw Self.refusal("a key is needed: Authorization: Bearer KEY", code: "missing_key")
    }
    if text.hasPrefix(KeyToken.prefix) { return try await principal(ofKey: text) }
    guard let tokens else { throw Self.wrongKey }
    do {
      return try await tokens.principal(of: text)
    } catch {
      // Not why: that would help to make a better one.
      throw Self.refusal("the token is not valid here, or not any more", code: "wrong_token")
    }
  }

  private func principal(ofKey text: String) async throws -> Principal {
    guard let token = KeyToken(text) else { throw Self.wrongKey }
    let known = try await library.key(token.id)
    guard token.matches(known?.digest), let key = known?.key, key.revoked == nil else { throw Self.wrongKey }
    return Principal(owner: key.owner, key: key.id, scopes: Set(key.scopes.compactMap(Principal.Scope.init)))
  }

  /// Whether nobody has asked for keys: on this machine alone, as long as none was made.
  private var isOpen: Bool {
    get async throws {
      guard isLocalOnly, tokens == nil else { return false }
      let known: Bool? = door.withLock { door in
        if door.isClosed { return false }
        return door.openAt.map { .now - $0 < Self.trust } == true ? true : nil
      }
      if let known { return known }
      let hasKeys = try await library.hasKeys()
      door.withLock { $0 = (hasKeys, hasKeys ? nil : .now) }
      return !hasKeys
    }
  }

  private static func credentials(of request: Request) -> String? {
    if let header = request.headers[.authorization] {
      let words = header.split(separator: " ")
      return words.count == 2 && words[0].lowercased() == "bearer" ? String(words[1]) : nil
    }
    return request.headers[.apiKey]
  }

  private static var wrongKey: ServiceFailure { refusal("the key is not valid here", code: "wrong_key") }

  private static func refusal(_ message: String, code: String) -> ServiceFailure {
    ServiceFailure(
      .unauthorized, message, code: code, hint: "commentbot keys create    # on the server's machine",
      headers: [.wwwAuthenticate: "Bearer"])
  }
}

extension HTTPField.Name {
  static let apiKey = HTTPField.Name("X-API-Key")!
}
