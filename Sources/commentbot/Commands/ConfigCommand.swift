import ArgumentParser
import Foundation

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Print a settings file with every key, what it means and its default.",
    discussion: "Every line of it is a comment until you change it; data/config/commentbot.yml is its place.")

  @Flag(help: "Print the environment's variables instead, as in .env.example.")
  var env = false

  func run() async throws {
    Console.write(Data((env ? SettingsExample.environment : SettingsExample.file).utf8))
  }
}
