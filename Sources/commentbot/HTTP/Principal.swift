import CommentCore
import HTTPTypes

/// Who sends a request, and what he may do.
struct Principal: Sendable, Equatable {
  /// What a key allows. Each is asked for by itself; none includes another.
  enum Scope: String, Sendable, Codable, CaseIterable {
    /// See what one's owner has.
    case read
    /// Submit, change and delete it.
    case write
    /// Keys, metrics and what concerns all owners.
    case admin
  }

  /// Whose recordings and jobs these are; nobody else sees them.
  var owner: String
  /// The key's id, for logs and rate limits; nil where no keys are asked for.
  var key: String?
  var scopes: Set<Scope>

  /// The owner of what the command line makes, and of what a server without keys is sent.
  static let localOwner = Library.localOwner
  /// Whoever reaches a server that asks for no keys.
  static let local = Principal(owner: localOwner, key: nil, scopes: Set(Scope.allCases))

  /// Somebody of whom nothing is known yet.
  static let nobody = Principal(owner: "", key: nil, scopes: [])

  /// - Throws: ``ServiceFailure`` with status 403.
  func require(_ scope: Scope) throws {
    guard !scopes.contains(scope) else { return }
    throw ServiceFailure(
      .forbidden, "this key has no scope '\(scope.rawValue)'", code: "missing_scope",
      hint: "commentbot keys create --scopes \(scope.rawValue)")
  }
}
