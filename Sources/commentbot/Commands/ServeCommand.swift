import ArgumentParser
import CommentCore
import Foundation

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the library, jobs and transcription over HTTP, and work on the jobs.",
    discussion: """
      On this machine alone it asks for no key until one is made with `commentbot keys create`; elsewhere it does not start \
      without. Stop with Ctrl-C or SIGTERM: jobs are given back, and requests have --grace seconds to finish; a second \
      time ends at once.
      """)

  @Option(help: "Address to listen on; 127.0.0.1 when absent.")
  var host: String?

  @Option(help: "Port to listen on; 8080 when absent, and 0 takes a free one and says which.")
  var port: Int?

  @Option(help: "Jobs that are worked on at once; 1 when absent, and 0 leaves them to `commentbot worker`.")
  var workers: Int?

  @Option(help: "Seconds that requests have to end when the service is to stop; 30 when absent.")
  var grace: Int?

  @Option(
    name: TranscriptionFlags.both("cors_origin"),
    help: "A web page that may use the service, such as https://example.org; as often as there are some.")
  var corsOrigin: [String] = []

  @Option(
    name: TranscriptionFlags.both("jwt_algorithm"),
    help: "HS256 or RS256: takes JSON Web Tokens too, with the key in the file of --jwt-key-file.")
  var jwtAlgorithm: String?

  @Option(
    name: TranscriptionFlags.both("jwt_key_file"),
    help: "File of the secret (HS256) or of the public key (RS256, PEM).",
    completion: .file()
  )
  var jwtKeyFile: String?

  @OptionGroup(title: "Jobs") var jobs: JobServiceFlags
  @OptionGroup var log: LogFlags

  func run() async throws {
    let home = Home.locate()
    var settings = try await Settings.load(home: home)
    settings.serve = try serveSettings(over: settings.serve)
    settings.jobs = try jobs.settings(over: settings.jobs)
    let lines = log.settings(over: settings.log)
    let logger = ServiceLog.start("serve", lines)
    let host = settings.serve.host
    try await Server.make(home: home, settings: settings, logger: logger).run {
      lines.say(
        "stopping: no new work is taken, and what is going on has some time; once more ends at once", logger,
        otherwise: { Console.error($0) })
    } onReady: { port in
      let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
      lines.say("listening on \(address)", logger, otherwise: { Console.out($0) })
    }
  }

  /// The flags win.
  private func serveSettings(over settings: ServeSettings) throws -> ServeSettings {
    var settings = settings
    settings.host = host ?? settings.host
    settings.port = port ?? settings.port
    settings.workers = workers ?? settings.workers
    settings.grace = grace ?? settings.grace
    if !corsOrigin.isEmpty { settings.corsOrigins = corsOrigin }
    if let jwtAlgorithm {
      var jwt = try JWTSettings(
        algorithm: jwtAlgorithm, secretFile: jwtAlgorithm == "HS256" ? jwtKeyFile : nil,
        publicKeyFile: jwtAlgorithm == "HS256" ? nil : jwtKeyFile)
      jwt.audience = settings.jwt?.audience ?? jwt.audience
      jwt.issuer = settings.jwt?.issuer
      settings.jwt = jwt
    }
    try settings.check()
    return settings
  }
}
