import ArgumentParser
import CommentCore
import Foundation

struct PromptsNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make the file of a new kind, or of a shipped one, to change it.")

  @Argument(help: "The kind's name: lower-case letters, digits and hyphens.") var name: String

  func run() throws {
    let file = try CommentKinds.current.make(name)
    Console.out("\(file.path)\nEdit it, then: commentbot prompts check \(name)")
  }
}
