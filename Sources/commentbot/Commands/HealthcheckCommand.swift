import ArgumentParser
import CommentCore
import Foundation

struct HealthcheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "healthcheck", abstract: "Ask a service whether it is ready: the exit status is 0, else 1.",
    discussion: "For containers, which need no other program for it.")

  @Option(help: "Its address, of which /health/ready is asked, or one with a path; that of `serve` here when absent.")
  var url: String?

  private static let timeouts = HTTPTimeouts(connect: .seconds(3), firstByte: .seconds(8), idle: .seconds(3))

  func run() async throws {
    let port = try await Settings.load(home: .locate()).serve.port
    let base = url ?? "http://127.0.0.1:\(port)"
    let hasPath = !["", "/"].contains(URLComponents(string: base)?.path)
    let address = hasPath ? base : (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/health/ready"
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
