import ArgumentParser

struct CommentBot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commentbot",
    abstract: "Turns audio into a transcript you can trust and comments you can check, on your own machine.",
    version: "0.1.0",
    subcommands: [
      ProcessCommand.self, ListCommand.self, ShowCommand.self, SearchCommand.self, CommentCommand.self,
      AskCommand.self, ExportCommand.self,
      DeleteCommand.self, PromptsCommand.self, ModelsCommand.self, CacheCommand.self, DiagnoseCommand.self,
      ServeCommand.self, WorkerCommand.self, JobsCommand.self, BatchCommand.self, WatchCommand.self, KeysCommand.self,
      WhisperServiceCommand.self, HealthcheckCommand.self, MigrateCommand.self, BackupCommand.self, RestoreCommand.self,
      CleanupCommand.self, ConfigCommand.self, CompletionsCommand.self, ManCommand.self,
    ])
}
