public import Foundation

/// A key of the HTTP API, without what is secret of it.
public struct APIKey: Sendable, Equatable {
  /// 16 hexadecimal digits.
  public var id: String
  /// Whose recordings and jobs it reaches.
  public var owner: String
  /// What it is for, for people.
  public var name: String
  /// What it allows.
  public var scopes: [String]
  /// When it was made.
  public var created: Date
  /// Since when it opens nothing any more.
  public var revoked: Date?

  public init(id: String, owner: String, name: String, scopes: [String], created: Date, revoked: Date? = nil) {
    self.id = id
    self.owner = owner
    self.name = name
    self.scopes = scopes
    self.created = created
    self.revoked = revoked
  }
}
