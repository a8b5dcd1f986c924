import Foundation
import TestSupport
import Testing

/// A `whisper-service`, or another command that listens, on a free port for one test, driven by curl.
final class RunningService {
  let home: Installation
  let process = Process()
  let url: String
  /// Where the service may put temporary files.
  let temporary: URL

  convenience init(_ arguments: String...) throws {
    try self.init("whisper-service", arguments)
  }

  /// `commentbot serve`.
  static func server(
    _ arguments: String..., home: Installation? = nil, disk: SmallDisk? = nil
  ) throws -> RunningService {
    try RunningService("serve", arguments, home: home, disk: disk)
  }

  /// - Parameters:
  ///   - home: one that is prepared already.
  ///   - disk: one of its folders, with little room.
  init(_ command: String, _ arguments: [String], home: Installation? = nil, disk: SmallDisk? = nil) throws {
    var home = try home ?? Installation()
    temporary = home.file("tmp")
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    home.environment["TMPDIR"] = temporary.path
    self.home = home
    let words = try [Command.commentbot, command, "--port", "0"] + arguments
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = (disk?.command(in: home) ?? []) + words
    process.environment = Command.environment(adding: home.environment)
    let out = Pipe()
    process.standardOutput = out
    let errors = home.file("service-errors")
    try Data().write(to: errors)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let more = out.fileHandleForReading.availableData
      if more.isEmpty {
        throw TestFailure("the service ended before it listened: \(try String(contentsOf: errors, encoding: .utf8))")
      }
      line += more
    }
    let said = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    url = said.last.map(String.init) ?? ""
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  struct Reply {
    var status: Int
    /// Names in lower case.
    var headers: [String: String]
    var body: String

    func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(Value.self, from: Data(body.utf8))
    }
  }

  /// Asks with curl's own arguments; `path` is the last of them.
  func ask(_ path: String, _ arguments: String...) throws -> Reply { try ask(path, arguments) }

  func ask(_ path: String, _ arguments: [String]) throws -> Reply {
    let head = home.file("head-\(UUID().uuidString)")
    let result = try Command.run(
      "curl", ["-sS", "-D", head.path, "--max-time", "120"] + arguments + [url + path], folder: home.scratch.url)
    guard result.status == 0 else { throw TestFailure("curl: \(result.error)") }
    let text = try String(contentsOf: head, encoding: .utf8)
    // The last head: `100 Continue` has one too.
    let lines = text.components(separatedBy: "\r\n\r\n").dropLast().last?.components(separatedBy: "\r\n") ?? []
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
    }
    return Reply(status: status, headers: Dictionary(fields) { $1 }, body: result.out)
  }

  func transcribe(_ audio: URL, _ fields: String..., path: String = "/v1/audio/transcriptions") throws -> Reply {
    let form = ["file=@\(audio.path)"] + fields
    let head = home.file("form-\(UUID().uuidString)")
    // A file for curl's own configuration: the number of fields is not known here.
    try Data(form.map { "form = \"\($0)\"\n" }.joined().utf8).write(to: head)
    return try ask(path, "-K", head.path)
  }

  /// A figure of `/metrics`.
  func figure(_ name: String) throws -> Double {
    let text = try ask("/metrics").body
    let line = text.split(separator: "\n").first { $0.hasPrefix("commentbot_whisper_\(name) ") }
    return try #require(line?.split(separator: " ").last.flatMap { Double($0) }, "no \(name) in \(text)")
  }

  /// Asks for a figure until it is so.
  func wait(for name: String, _ value: Double) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while try figure(name) != value {
      if ContinuousClock.now > deadline { throw TestFailure("\(name) never became \(value)") }
    }
  }

  /// A curl that goes on by itself.
  func start(_ path: String, _ arguments: [String], input: Pipe? = nil, output: URL? = nil) throws -> Process {
    let curl = Process()
    curl.executableURL = URL(filePath: "/usr/bin/env")
    curl.arguments = ["curl", "-sS"] + arguments + (output.map { ["-o", $0.path] } ?? []) + [url + path]
    curl.environment = Command.environment(adding: [:])
    curl.standardInput = input ?? FileHandle.nullDevice as Any
    curl.standardOutput = FileHandle.nullDevice
    curl.standardError = FileHandle.nullDevice
    try curl.run()
    return curl
  }

  /// A client goes away. Other signals may be blocked in what a test starts.
  static func end(_ client: Process) {
    kill(client.processIdentifier, SIGKILL)
    client.waitUntilExit()
  }

  /// What it has printed to stderr.
  var errors: String {
    get throws { try String(contentsOf: home.file("service-errors"), encoding: .utf8) }
  }

  var leftovers: [String] {
    get throws { try FileManager.default.subpathsOfDirectory(atPath: temporary.path) }
  }
}

/// What the service's JSON may hold.
struct SpeechJSON: Decodable {
  struct Segment: Decodable {
    var id: Int
    var seek: Int
    var start, end: Double
    var text: String
    var tokens: [Int]
    var temperature, avgLogprob, compressionRatio, noSpeechProb: Double
  }
  struct Word: Decodable {
    var word: String
    var start, end: Double
  }
  struct Usage: Decodable {
    var type: String
    var seconds: Double
  }
  var task: String?
  var language: String?
  var duration: Double?
  var text: String
  var segments: [Segment]?
  var words: [Word]?
  var usage: Usage
}

/// `diarized_json`.
struct DiarizedJSON: Decodable {
  struct Segment: Decodable {
    var type: String
    var id: String
    var start, end: Double
    var text: String
    var speaker: String
  }
  var task: String
  var duration: Double
  var text: String
  var segments: [Segment]
}

/// One event of a stream.
struct SpeechEventJSON: Decodable {
  var type: String
  var delta: String?
  var text: String?
  var speaker: String?

  static func all(in body: String) throws -> [SpeechEventJSON] {
    try body.components(separatedBy: "\n\n").dropLast().map { event in
      guard event.hasPrefix("data: ") else { throw TestFailure("no event: \(event)") }
      return try JSONDecoder().decode(SpeechEventJSON.self, from: Data(event.dropFirst(6).utf8))
    }
  }
}

/// What `/detect-language` answers.
struct DetectedJSON: Decodable {
  var detectedLanguage: String
  var languageCode: String
  var confidence: Double
}

/// An error object.
struct FailureJSON: Decodable {
  var error: [String: String?]

  /// OpenAI's four keys are always there.
  var isWhole: Bool { error.keys.sorted() == ["code", "message", "param", "type"] }
}
