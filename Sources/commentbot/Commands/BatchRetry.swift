import ArgumentParser

struct BatchRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Take up again what of a batch has failed or was cancelled.")

  @OptionGroup var argument: BatchArgument

  func run() async throws {
    try await argument.change { try await $0.retryBatch($1) }
  }
}
