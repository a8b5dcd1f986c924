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

/// Sizes as people read them: decimal megabytes.
func megabytes(_ byteCount: Int) -> String {
  let size = Double(byteCount) / 1e6
  return size < 10 ? String(format: "%.1f MB", size) : String(format: "%.0f MB", size)
}
