import ArgumentParser

struct BatchStatus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how many jobs of a batch are in each state.")

  @OptionGroup var argument: BatchArgument

  func run() async throws {
    try await argument.show()
  }
}
