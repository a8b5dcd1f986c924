import ArgumentParser

struct JobsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "jobs",
    abstract: "List, show, cancel and retry jobs, here or on a server.",
    subcommands: [JobsList.self, JobsShow.self, JobsCancel.self, JobsRetry.self])
}
