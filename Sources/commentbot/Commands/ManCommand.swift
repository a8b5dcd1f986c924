import ArgumentParser
import Foundation

struct ManCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "man", abstract: "Print the manual page, with all commands and settings.",
    discussion: "To read it: commentbot man | man -l -")

  @Flag(help: "Print the commands in Markdown instead, as in data/doc/CLI.md.")
  var markdown = false

  func run() async throws {
    Console.write(Data(try (markdown ? CommandReference.text() : ManualPage.text(date: Date())).utf8))
  }
}
