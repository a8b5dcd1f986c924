import ArgumentParser

struct JobsCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel jobs: queued ones at once, running ones as soon as they can stop.")

  @OptionGroup var arguments: JobArguments

  func run() async throws {
    try await arguments.each { try await $0.cancel($1) }
  }
}
