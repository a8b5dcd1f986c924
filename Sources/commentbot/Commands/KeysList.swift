import ArgumentParser
import CommentCore
import Foundation

struct KeysList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the keys that were made, without what is secret of them.")

  @Flag(help: "Print one JSON object a line.")
  var json = false

  func run() async throws {
    let keys = try await Composition.libraryIfAny(at: .locate())?.keys() ?? []
    for key in keys {
      Console.out(json ? try JSONLine.of(Line(key)) : Self.text(key))
    }
    if keys.isEmpty, !json { Console.error("there are no keys: commentbot keys create") }
  }

  private static func text(_ key: APIKey) -> String {
    let state = key.revoked.map { "revoked \($0.formatted(.iso8601))" } ?? "valid"
    let columns = [
      key.id, key.owner, key.scopes.joined(separator: ","), key.created.formatted(.iso8601), state, key.name,
    ]
    return Console.safe(columns.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
  }

  private struct Line: Encodable {
    var id, owner, name: String
    var scopes: [String]
    var created: Date
    var revoked: Date?

    init(_ key: APIKey) {
      (id, owner, name, scopes) = (key.id, key.owner, key.name, key.scopes)
      (created, revoked) = (key.created, key.revoked)
    }
  }
}
