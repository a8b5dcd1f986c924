import ArgumentParser
import CommentCore
import Foundation
import ServiceLifecycle

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Work on the jobs of the queue, without a server.",
    discussion: """
      Several workers may share a library. Stop with Ctrl-C or SIGTERM: what is being worked on is given back to the queue and \
      goes on where it was; a second time ends at once.
      """)

  @Option(help: "Jobs to work on at once; they share the threads of one engine.")
  var concurrency = 1

  @Option(
    help: "Seconds without a sign of life after which another worker takes a job, the same for all; 60 when absent.")
  var lease: Double?

  @Option(help: "Whisper model of jobs that name none: a name from `commentbot models list`, or a ggml file.")
  var model: String?

  @Option(help: "Threads; the number of cores when absent, and never more.")
  var threads: Int?

  @OptionGroup(title: "Comments") var languageModel: LanguageModelFlags

  @OptionGroup var log: LogFlags

  /// How long the work may take to stop.
  private static let grace = Duration.seconds(10)

  func validate() throws {
    guard (1...64).contains(concurrency) else { throw ValidationError("--concurrency must lie between 1 and 64.") }
    guard JobSettings.leases.contains(lease ?? 60) else {
      throw ValidationError("--lease must lie between 1 and 86400.")
    }
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be above 0.") }
  }

  func run() async throws {
    let home = Home.locate()
    var settings = try await Settings.load(home: home)
    try settings.take(languageModel)
    if let model { (settings.whisperModel, settings.serviceModel) = (model, model) }
    settings.threads = min(threads ?? settings.threads, settings.threads)
    let composition = Composition(
      home: home, settings: settings, library: try await Composition.library(at: home),
      cache: AudioCache(folder: home.audioCache, budget: settings.cacheBytes))
    var options = Worker.Options()
    (options.lease, options.grace) = (.seconds(lease ?? settings.jobs.lease), Self.grace)
    let logger = ServiceLog.start("worker", log.settings(over: settings.log))
    let services = try JobServices.make(
      composition, store: SQLiteJobStore(composition.library), workers: concurrency, options: options,
      inbox: home.inboxAudio, logger: logger, isAlone: true)
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
    // Not a child task: cancelling it would break off what is to be given back.
    let working = Task { try await group.run() }
    try await withTaskCancellationHandler {
      try await working.value
    } onCancel: {
      Task { await group.triggerGracefulShutdown() }
    }
  }
}
