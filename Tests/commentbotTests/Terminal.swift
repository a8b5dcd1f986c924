import Foundation
import TestSupport

/// The real binary on a terminal of its own, which script(1) makes.
final class Terminal {
  private let process = Process()
  private let output = Pipe()
  private var bytes = Data()

  /// What stands on it so far, control sequences included.
  var shown: String { String(decoding: bytes, as: UTF8.self) }

  init(of home: Installation, _ arguments: String...) throws {
    let words = ([try Command.commentbot] + arguments).map { "'\($0)'" }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["script", "--quiet", "--return", "--command", words.joined(separator: " "), "/dev/null"]
    process.environment = Command.environment(adding: home.environment)
    process.currentDirectoryURL = home.scratch.url
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
  }

  /// Reads on until the text is there; false when the program has ended without it.
  func shows(_ text: String) -> Bool {
    while !shown.contains(text) {
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return false }
      bytes += more
    }
    return true
  }

  /// Reads to the end.
  /// - Returns: the program's status.
  func end() throws -> Int32 {
    bytes += try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return process.terminationStatus
  }
}
