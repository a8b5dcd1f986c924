import ArgumentParser
import CommentCore
import Foundation

struct KeysCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a key and print it: it is shown this once, and only its digest is kept.",
    discussion: "From the first key on, the service asks for one, on this machine too.")

  @Option(help: "Whose recordings and jobs the key reaches; nobody else's.")
  var owner = Principal.localOwner

  @Option(help: "What it allows, with commas between: read, write, admin (metrics, and what concerns all owners).")
  var scopes = "read,write"

  @Option(help: "What it is for, to tell it from others.")
  var name = ""

  @Flag(name: TranscriptionFlags.both("if_none"), help: "Make it only when there was never one; else print nothing.")
  var ifNone = false

  func run() async throws {
    let words = scopes.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let known = Principal.Scope.allCases.map(\.rawValue)
    guard !words.isEmpty, words.allSatisfy(known.contains) else {
      throw CommentBotError(
        .usage, "use", "--scopes \(scopes)", cause: "the scopes are \(known.joined(separator: ", "))",
        hint: "commentbot keys create --scopes read,write")
    }
    guard !owner.isEmpty, owner.count <= 200 else {
      throw CommentBotError(
        .usage, "use", "--owner", cause: "it has no letter or more than 200",
        hint: "commentbot keys create --owner anna")
    }
    let token = KeyToken()
    let key = APIKey(
      id: token.id, owner: owner, name: name, scopes: known.filter(words.contains), created: Date())
    let library = try await Composition.library(at: .locate())
    if try await library.add(key, digest: token.digest, ifNone: ifNone) {
      Console.error("key \(key.id) of \(owner) for \(key.scopes.joined(separator: ", ")); it is not shown again:")
      Console.out(token.text)
    } else {
      Console.error("there is a key already: commentbot keys list")
    }
  }
}
