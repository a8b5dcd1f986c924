import ArgumentParser
import CommentCore
import Foundation

struct HealthcheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck", abstract: "Ask a service whether it is ready: the exit status is 0, else 1.",
    discussion: "For containers, which need no other program for it.")

  @Option(help: "What to ask; http://127.0.0.1:PORT/health/ready of `serve` when absent.")
  var url: String?

  private static let timeouts = HTTPTimeouts(connect: .seconds(3), firstByte: .seconds(8), idle: .seconds(3))

  func run() async throws {
    let port = try await Settings.load(home: .locate()).serve.port
    let address = url ?? "http://127.0.0.1:\(port)/health/ready"
    do {
      let response = try await CurlClient().send(HTTPRequest(.get, address, timeouts: Self.timeouts))
      let answer = try await response.body.collect(limit: 65_536)
      if (200..<300).contains(response.status) { return }
      Console.error("\(address) answers \(response.status): \(String(decoding: answer, as: UTF8.self))")
    } catch {
      Console.error("\(error)")
    }
    throw ExitCode.failure
  }
}
