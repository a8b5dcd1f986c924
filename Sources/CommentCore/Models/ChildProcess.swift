import Foundation

/// Runs a program to its end, blocking the calling thread: for use on an executor that may block.
enum ChildProcess {
  /// - Parameters:
  ///   - arguments: the program, searched on the PATH, and its arguments.
  ///   - log: file that takes what the program writes.
  ///   - tick: called about ten times a second; throwing ends the program and is passed on.
  /// - Returns: the exit status; 127 when there is no such program.
  static func run(
    _ arguments: [String], environment: [String: String], log: URL, tick: () throws -> Void = {}
  ) throws -> Int32 {
    guard FileManager.default.createFile(atPath: log.path, contents: nil) else {
      throw CommentBotError(errno: errno, "write", log.path)
    }
    let output = try FileHandle(forWritingTo: log)
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = output
    do {
      try process.run()
      while process.isRunning {
        try tick()
        Thread.sleep(forTimeInterval: 0.1)
      }
    } catch {
      if process.isRunning {
        process.terminate()
        process.waitUntilExit()
      }
      throw error
    }
    return process.terminationStatus
  }
}
