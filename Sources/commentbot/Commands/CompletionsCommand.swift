import ArgumentParser
import Foundation

struct CompletionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completions", abstract: "Print the script with which a shell completes commands and options.",
    discussion: """
      bash: commentbot completions bash > ~/.local/share/bash-completion/completions/commentbot. \
      zsh: commentbot completions zsh > FOLDER/_commentbot, with FOLDER in $fpath. \
      fish: commentbot completions fish > ~/.config/fish/completions/commentbot.fish.
      """)

  @Argument(help: "The shell.", transform: shell)
  var shell: CompletionShell

  func run() async throws {
    Console.out(CommentBot.completionScript(for: shell))
  }

  private static func shell(_ name: String) throws -> CompletionShell {
    if let shell = CompletionShell(rawValue: name) { return shell }
    let names = CompletionShell.allCases.map(\.rawValue).sorted().joined(separator: ", ")
    throw ValidationError("There is no script for \(name), but for \(names).")
  }
}
