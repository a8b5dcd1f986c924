import ArgumentParser

@main
struct CommentBot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commentbot", subcommands: [ModelsCommand.self])
}
