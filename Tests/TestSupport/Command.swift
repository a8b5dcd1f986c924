public import Foundation

/// A finished child process: what it printed and how it ended.
public struct CommandResult: Sendable {
  public var status: Int32
  public var out: String
  public var error: String

  public init(status: Int32, out: String, error: String) {
    self.status = status
    self.out = out
    self.error = error
  }
}

/// Runs programs as a person would from a shell.
public enum Command {
  /// Runs to the end. The environment holds nothing of the caller's but `PATH` and `HOME`, and what is given.
  public static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: Data? = nil,
    folder: URL? = nil
  ) throws -> CommandResult {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = self.environment(adding: environment)
    process.currentDirectoryURL = folder
    // Files instead of pipes: a child that prints much never waits for a reader.
    let scratch = try Scratch()
    let (out, error) = (scratch.url.appending(path: "out"), scratch.url.appending(path: "error"))
    for url in [out, error] { try Data().write(to: url) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: error)
    if let input {
      let file = scratch.url.appending(path: "in")
      try input.write(to: file)
      process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
      process.standardInput = FileHandle.nullDevice
    }
    try process.run()
    process.waitUntilExit()
    return CommandResult(
      status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
      out: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: error), as: UTF8.self))
  }

  public static func environment(adding more: [String: String]) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment = ["PATH": own["PATH"] ?? "/usr/bin:/bin", "HOME": own["HOME"] ?? "/"]
    environment["LD_LIBRARY_PATH"] = own["LD_LIBRARY_PATH"]
    return environment.merging(more) { $1 }
  }

  /// The `commentbot` that was built with these tests.
  public static var commentbot: String {
    get throws {
      // Beside the test runner, whatever the configuration and scratch path.
      let candidates = [
        Bundle.main.bundleURL, URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent(),
        Package.root.appending(path: ".build/debug"),
      ]
      for folder in candidates {
        let path = folder.appending(path: "commentbot").path
        if FileManager.default.isExecutableFile(atPath: path) { return path }
      }
      throw TestFailure("the commentbot binary is not built; run: swift build")
    }
  }
}

/// Why a test could not even begin.
public struct TestFailure: Error, CustomStringConvertible {
  public var description: String

  public init(_ description: String) {
    self.description = description
  }
}
