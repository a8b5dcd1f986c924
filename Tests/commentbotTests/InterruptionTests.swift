import Foundation
import TestSupport
import Testing

/// What a killed or stopped run leaves behind.
@Suite(.serialized) struct InterruptionTests {
  @Test(arguments: [SIGKILL, SIGINT])
  func process_stoppedAfterWindows_transcribesOnlyTheRest(signal: Int32) throws {
    let home = try Installation()
    let audio = try Self.longSpeech(home)
    let whole = try Installation()
    let expected = try ProcessLine.all(in: whole.run("process", "--json", "--llm", "none", audio.path).out)[0]

    let stopped = try Self.runUntil(percent: 70, signal: signal, home, audio)
    if signal == SIGINT {
      #expect(stopped.status == 130)
      #expect(stopped.error.contains("goes on where this one stopped"))
    }
    #expect(home.results.isEmpty)

    let result = try home.run("process", "--json", "--llm", "none", audio.path)
    let line = try ProcessLine.all(in: result.out)[0]
    let duration = try #require(line.recording?.duration)
    let report = try #require(line.report)
    #expect(report.decodedSeconds == 0)
    #expect(report.reusedSeconds > duration * 0.5)
    #expect(abs(report.reusedSeconds + report.transcribedSeconds - duration) < 0.01)
    #expect(line.transcript?.segments == expected.transcript?.segments)
    #expect(home.leftovers.isEmpty)
  }

  /// About three minutes of speech.
  private static func longSpeech(_ home: Installation) throws -> URL {
    let pieces = try (1...18).map { number in
      try Speech.make(
        "This is part number \(number). The weather report for the northern district says that rain is expected. "
          + "People should take an umbrella when they walk to the station.",
        at: home.file("part\(number).wav"))
    }
    return try Speech.join(pieces, at: home.file("long.wav"))
  }

  /// Runs `process` and sends the signal when stderr says that so much is transcribed.
  private static func runUntil(
    percent: Int, signal: Int32, _ home: Installation, _ audio: URL
  ) throws -> CommandResult {
    let process = Process()
    process.executableURL = URL(filePath: try Command.commentbot)
    process.arguments = ["process", "--llm", "none", audio.path]
    process.environment = Command.environment(adding: home.environment)
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    var seen = ""
    var isSent = false
    while true {
      let data = pipe.fileHandleForReading.availableData
      if data.isEmpty { break }
      seen += String(decoding: data, as: UTF8.self)
      let done = seen.matches(of: /transcribe (\d+) %/).last.flatMap { Int($0.output.1) } ?? 0
      if !isSent, done >= percent {
        kill(process.processIdentifier, signal)
        isSent = true
      }
    }
    process.waitUntilExit()
    #expect(isSent, "the run ended before \(percent) %: \(seen)")
    return CommandResult(status: process.terminationStatus, out: "", error: seen)
  }
}
