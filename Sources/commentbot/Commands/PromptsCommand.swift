import ArgumentParser
import CommentCore
import Foundation

struct PromptsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompts",
    abstract: "Show, check and make the kinds of comments.",
    discussion: "Each kind is a file in data/prompts that you can change; one that is not there is as it was shipped.",
    subcommands: [PromptsList.self, PromptsShow.self, PromptsCheck.self, PromptsNew.self],
    defaultSubcommand: PromptsList.self)
}

extension CommentKinds {
  /// The kinds of the installation that the command runs in.
  static var current: CommentKinds { CommentKinds(in: Home.locate().prompts) }
}
