import Foundation
import TestSupport

/// An installation of its own for one test, driven through the real binary.
struct Installation {
  let scratch: Scratch
  var environment: [String: String]

  init() throws {
    scratch = try Scratch()
    try scratch.makeHome()
    // A port that nothing listens on, so that the outcome never depends on an Ollama of the machine.
    environment = ["COMMENTBOT_HOME": scratch.url.path, "OLLAMA_HOST": "127.0.0.1:1"]
  }

  func run(_ arguments: String..., input: Data? = nil) throws -> CommandResult {
    try run(arguments, input: input)
  }

  func run(_ arguments: [String], input: Data? = nil) throws -> CommandResult {
    try Command.run(Command.commentbot, arguments, environment: environment, input: input, folder: scratch.url)
  }

  /// Copies of the models in place of the link to the package's own, through every link on the way: a test may damage
  /// them.
  func ownModels() throws {
    let models = file("data/models")
    try FileManager.default.removeItem(at: models)
    let copied = try Command.run("cp", ["-RL", Package.root.appending(path: "data/models").path, models.path])
    if copied.status != 0 { throw TestFailure("could not copy the models: \(copied.error)") }
  }

  /// As ``run(_:input:)``; permissions hold for root too.
  func runWithoutPrivileges(_ arguments: String...) throws -> CommandResult {
    let command = [try Command.commentbot] + arguments
    let drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    let all = geteuid() == 0 ? drop + command : command
    return try Command.run(all[0], Array(all.dropFirst()), environment: environment, folder: scratch.url)
  }

  func file(_ name: String) -> URL { scratch.url.appending(path: name) }

  /// Makes a file, and the folders that it needs.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL {
    let file = file(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
    return file
  }

  /// Everything under `data/transcripts`, as paths relative to it.
  var results: [String] {
    let folder = file("data/transcripts")
    let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
    return files.sorted()
  }

  /// Temporary files that a finished command must not leave behind.
  var leftovers: [String] {
    let files = FileManager.default.enumerator(atPath: file("data").path)?.allObjects as? [String] ?? []
    return files.filter { $0.contains(".tmp") || $0.hasSuffix(".part") }
  }
}

/// What `process --json` prints, as far as the tests look at it.
struct ProcessLine: Decodable {
  struct Recording: Decodable {
    var id: String
    var sha256: String
    var duration: Double
  }
  struct Transcript: Decodable {
    struct Segment: Decodable, Equatable {
      var id: Int
      var start: Double
      var end: Double
      var text: String
    }
    var folder: String
    var language: String?
    var text: String
    var segments: [Segment]
  }
  struct Comment: Decodable {
    struct Item: Decodable {
      struct Citation: Decodable {
        var segment: Int
        var start: Double
        var end: Double
      }
      var text: String
      var citations: [Citation]
    }
    var kind: String
    var model: String
    var engine: String
    var coverage: Double
    var items: [Item]
  }
  struct Report: Decodable {
    struct Dropped: Decodable {
      var start: Double
      var end: Double
      var reason: String
    }
    var decodedSeconds: Double
    var transcribedSeconds: Double
    var reusedSeconds: Double
    var dropped: [Dropped]
    var timings: [String: Double]
  }
  struct Failure: Decodable {
    var code: String
    var message: String
    var hint: String?
  }
  var recording: Recording?
  var transcript: Transcript?
  var comments: [Comment]?
  var report: Report?
  var file: String?
  var error: Failure?

  /// One object a line.
  static func all(in text: String) throws -> [ProcessLine] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map { try decoder.decode(ProcessLine.self, from: Data($0.utf8)) }
  }
}
