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

  /// A child that ignores signals is killed; none of them may outlive the command.
  @Test(.timeLimit(.minutes(60)), arguments: ["", "trap '' INT TERM"])
  func pull_interrupted_endsPipAndLeavesNothing(trap: String) throws {
    var home = try Installation()
    let models = home.file("data/models")
    try FileManager.default.removeItem(at: models)
    for pipe in ["started", "never"] { #expect(mkfifo(home.file(pipe).path, 0o600) == 0) }
    let pip = home.file("pip")
    let script = """
      #!/bin/sh
      \(trap)
      [ "$3" = --version ] && exit
      echo $$ > '\(home.file("started").path)'
      read line < '\(home.file("never").path)'
      """
    try Data(script.utf8).write(to: pip)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: pip.path)
    home.environment["PYTHON"] = pip.path
    let (process, error) = try Self.start(["models", "pull", "smollm2"], home)
    // Opening waits until the script opens it too.
    let line = try FileHandle(forReadingFrom: home.file("started")).readToEnd() ?? Data()
    let child = try #require(pid_t(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)))
    let stopped = ContinuousClock.now
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(stopped.duration(to: .now) < .seconds(60))
    #expect(String(decoding: try error.readToEnd() ?? Data(), as: UTF8.self).contains("you stopped it"))
    #expect(kill(child, 0) != 0 && errno == ESRCH)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: models.path).isEmpty)
  }

  /// While the engine's threads compute, which must not be there any more when its libraries are taken apart.
  @Test func process_interruptedAgainAndAgain_neverCrashes() throws {
    let home = try Installation()
    let audio = try Self.longSpeech(home)
    for percent in [1, 12, 24, 36, 48, 60] {
      let stopped = try Self.runUntil(percent: percent, signal: SIGINT, home, audio)
      #expect(stopped.status == 130, "at \(percent) %: \(stopped.error)")
      #expect(!stopped.error.contains("crashed"))
    }
  }

  @Test(.timeLimit(.minutes(60)))
  func process_interruptedWhileStandardInputIsOpen_endsAtOnceAndLeavesNothing() throws {
    var home = try Installation()
    let temporary = home.file("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    home.environment["TMPDIR"] = temporary.path
    // A pipe that stays open: its reader must have taken the first bytes before more than its capacity fits in.
    let input = Pipe()
    let (process, error) = try Self.start(["process", "--llm", "none", "-"], home, input: input)
    for _ in 0..<3 { try input.fileHandleForWriting.write(contentsOf: Data(count: 1 << 16)) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).count == 1)
    kill(process.processIdentifier, SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(String(decoding: try error.readToEnd() ?? Data(), as: UTF8.self).contains("you stopped it"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
    #expect(home.results.isEmpty)
    try input.fileHandleForWriting.close()
  }

  /// Starts the command; the handle reads what it writes to stderr.
  private static func start(
    _ arguments: [String], _ home: Installation, input: Pipe? = nil
  ) throws -> (Process, FileHandle) {
    let process = Process()
    process.executableURL = URL(filePath: try Command.commentbot)
    process.arguments = arguments
    process.environment = Command.environment(adding: home.environment)
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = input ?? FileHandle.nullDevice as Any
    try process.run()
    return (process, pipe.fileHandleForReading)
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
    let (process, error) = try start(["process", "--llm", "none", audio.path], home)
    var seen = ""
    var isSent = false
    while true {
      let data = error.availableData
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
