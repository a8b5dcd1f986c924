import ArgumentParser

struct JobsRetry: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Take failed or cancelled jobs up again.")

  @OptionGroup var arguments: JobArguments

  func run() async throws {
    try await arguments.each { try await $0.retry($1) }
  }
}
