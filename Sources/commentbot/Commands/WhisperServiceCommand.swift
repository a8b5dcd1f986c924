import ArgumentParser
import CommentCore
import Foundation
import Whisper

struct WhisperServiceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whisper-service",
    abstract: "Serve Whisper over HTTP: OpenAI's audio endpoints and whisper-asr-webservice's.",
    discussion: """
      Nothing that is sent is kept. There are no keys yet: whoever reaches the port can use it. \
      Stop with Ctrl-C or SIGTERM: the transcription that is going on has 30 seconds to finish; a second time ends at once.
      """)

  @Option(help: "Address to listen on; other machines reach it only with --allow-remote.")
  var host = "127.0.0.1"

  @Option(help: "Port to listen on; 0 takes a free one and says which.")
  var port = 9000

  @Flag(
    name: TranscriptionFlags.both("allow_remote"),
    help: "Listen on --host though other machines reach it: all of them can then use it, without a key.")
  var allowRemote = false

  @Option(help: "Whisper model: a name from `commentbot models list`, or a ggml file.")
  var model: String?

  @Option(help: "Threads; the number of cores when absent, and never more.")
  var threads: Int?

  @Option(
    name: TranscriptionFlags.both("idle_unload"), help: "Seconds without work after which the model leaves memory.")
  var idleUnload = 300

  @Option(help: "Requests that may wait or be transcribed at once; more are sent away.")
  var queue = 8

  @Option(name: TranscriptionFlags.both("max_bytes"), help: "Bytes that one file may have.")
  var maxBytes = 2_000_000_000

  @Option(name: TranscriptionFlags.both("max_duration"), help: "Seconds of audio that one file may hold.")
  var maxDuration = 21_600

  @OptionGroup var log: LogFlags

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must lie between 0 and 65535.") }
    guard idleUnload >= 0, queue > 0, maxBytes > 0, (1...86_400).contains(maxDuration), threads ?? 1 > 0 else {
      throw ValidationError("The limits must be above 0, and --max-duration at most 86400.")
    }
  }

  func run() async throws {
    if !SenderCheck.isLocal(host), !allowRemote {
      throw CommentBotError(
        .usage, "listen on", host, cause: "other machines reach this address, and the service has no keys",
        hint: "leave --host out, or add --allow-remote if every machine that reaches it may use it")
    }
    let home = Home.locate()
    var settings = try await Settings.load(home: home)
    settings.whisperModel = model ?? settings.whisperModel
    settings.threads = min(threads ?? settings.threads, settings.threads)
    let lines = log.settings(over: settings.log)
    let logger = ServiceLog.start("whisper-service", lines)
    if !SenderCheck.isLocal(host) {
      lines.say(
        "every machine that reaches \(host) can use this service, without a key", logger,
        otherwise: { Console.error($0) })
    }
    let engine = { @Sendable [settings] in try Composition.whisperEngine(home: home, settings: settings) }
    let options = WhisperService.Options(
      host: host, port: port, maxBytes: maxBytes, maxDuration: Double(maxDuration), queue: queue,
      idleTime: .seconds(idleUnload))
    // Made once now, so that a missing model is told at the start; it is loaded by the first request.
    let service = WhisperService(
      options: options, engine: try engine().identity,
      logger: logger, makeEngine: engine)
    try await service.run {
      lines.say(
        "stopping: no new work is taken, and what is being transcribed has 30 s; once more ends at once", logger,
        otherwise: { Console.error($0) })
    } onReady: { port in
      let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
      lines.say("listening on \(address)", logger, otherwise: { Console.out($0) })
    }
  }
}
