import ArgumentParser
import CommentCore
import Foundation

struct PromptsShow: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Print the file of a kind.")

  @Argument(help: "A kind's name.") var name: String

  func run() throws {
    let kinds = CommentKinds.current
    // A malformed one is shown too.
    guard let text = try kinds.text(of: name) else {
      _ = try kinds.kind(named: name)
      return
    }
    Console.write(Data(text.utf8))
  }
}
