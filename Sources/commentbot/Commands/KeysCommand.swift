import ArgumentParser

struct KeysCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Make, list and revoke the keys of the HTTP API.",
    subcommands: [KeysCreate.self, KeysList.self, KeysRevoke.self])
}
