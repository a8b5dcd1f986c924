import ArgumentParser
import CommentCore
import Foundation

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the library's database to this version; make it where there is none.")

  func run() async throws {
    let home = Home.locate()
    // Opening it does all of it.
    _ = try await Composition.library(at: home)
    Console.out("\(home.database.path) is of this version")
  }
}
