import ArgumentParser

struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch",
    abstract: "Submit many files as jobs, and look after them, here or on a server.",
    subcommands: [BatchSubmit.self, BatchStatus.self, BatchList.self, BatchCancel.self, BatchRetry.self])
}
