import ArgumentParser
import CommentCore

struct KeysRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Make a key useless, from the next request on.")

  @Argument(help: "The key's id, from `commentbot keys list`: the 16 characters behind cbk_.")
  var id: String

  func run() async throws {
    let key = try await Composition.existingLibrary().revokeKey(id)
    Console.error("the key \(key.id) of \(key.owner) opens nothing any more")
  }
}
