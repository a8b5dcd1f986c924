import ArgumentParser

struct BatchCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel what of a batch is queued or running.")

  @OptionGroup var argument: BatchArgument

  func run() async throws {
    try await argument.change { try await $0.cancelBatch($1) }
  }
}
