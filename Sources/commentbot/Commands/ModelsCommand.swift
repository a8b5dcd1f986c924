import ArgumentParser
import CommentCore
import Foundation

struct ModelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Show, get and check the models that transcribe and comment.",
    subcommands: [ModelsList.self, ModelsPull.self, ModelsImport.self, ModelsVerify.self],
    defaultSubcommand: ModelsList.self)
}

extension ModelStore {
  /// The models of the installation that the command runs in.
  static var current: ModelStore { ModelStore(folder: Home.locate().models) }
}
