import ArgumentParser
import CommentCore
import Foundation

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the library, jobs and transcription over HTTP, and work on the jobs.",
    discussion: """
      Stop with Ctrl-C or SIGTERM: jobs are given back, and requests have 30 seconds to finish; a second time ends at once.
      """)

  @Option(help: "Address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "Port to listen on; 0 takes a free one and says which.")
  var port = 8080

  @Option(help: "Jobs that are worked on at once; 0 leaves them to `commentbot worker`.")
  var workers = 1

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must lie between 0 and 65535.") }
    guard (0...64).contains(workers) else { throw ValidationError("--workers must lie between 0 and 64.") }
  }

  func run() async throws {
    let home = Home.locate()
    let settings = try await Settings.load(home: home)
    let options = Server.Options(host: host, port: port, workers: workers)
    try await Server.make(home: home, settings: settings, options: options).run {
      Console.error("stopping: no new work is taken, and what is going on has 30 s; once more ends at once")
    } onReady: { port in
      Console.out("listening on http://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    }
  }
}
