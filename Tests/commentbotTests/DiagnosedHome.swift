import CommentCore
import Foundation
import TestSupport
import Testing

@testable import commentbot

/// An installation whose checks are made in this process, with a clock and files of the system of its own.
struct DiagnosedHome {
  let home: Installation
  var diagnosis: Diagnosis

  init() throws {
    home = try Installation()
    diagnosis = Diagnosis(home: Home(root: home.scratch.url))
    // Nothing of the machine's decides: no Ollama, no port, no control group.
    diagnosis.settings.ollamaHost = "127.0.0.1:1"
    diagnosis.settings.serve.port = 0
    diagnosis.system.root = home.file("system")
    diagnosis.temporaryFolder = home.file("tmp")
    try FileManager.default.createDirectory(at: diagnosis.temporaryFolder, withIntermediateDirectories: true)
    try system("proc/meminfo", "MemAvailable:    8000000 kB\n")
    try system("proc/self/cgroup", "0::/box\n")
  }

  /// Writes a file in which the system tells of itself.
  func system(_ path: String, _ text: String) throws { try write("system/\(path)", text) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> URL { try home.write(name, text) }

  /// The library, made at the given time.
  func library(at time: Date = Date()) throws -> Library { try Library(at: diagnosis.home.database) { time } }

  /// Runs a statement beside CommentBot, and closes the file again.
  func sql(_ statement: String) throws {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2])"
    let result = try Command.run("python3", ["-c", script, diagnosis.home.database.path, statement])
    if result.status != 0 { throw TestFailure(result.error) }
  }

  func makeOld(_ file: URL, seconds: Double = 200_000) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: file.path)
  }

  func finding(_ id: String) async throws -> Finding? {
    let check = try #require(Check.all.first { $0.id == id }, "there is no check \(id)")
    return try await check.finding(in: diagnosis)
  }
}

extension TrustedProxies {
  static func of(_ ranges: String...) -> TrustedProxies {
    TrustedProxies(networks: ranges.compactMap { NetworkRange($0) })
  }
}

extension DiagnosedHome {
  var submission: JobSubmission {
    JobSubmission(
      owner: "ann",
      order: JobOrder(name: "a.mp3", audioHash: String(repeating: "a", count: 64), byteCount: 1))
  }

  var languageModel: String { "data/models/llm/smollm2-135m-instruct-q4_1.gguf" }
}

/// An Ollama that says what it is told to say.
struct SaidOllama {
  var version = "0.13.0"
  var models = ["qwen3:4b"]
  var context = 40_960
  var size = 2_500_000_000

  func start() throws -> String {
    let server = try ReplayServer { request in
      switch request.path {
      case "/api/version": return [.reply(#"{"version":"\#(version)"}"#)]
      case "/api/ps": return [.reply(#"{"models":[]}"#)]
      case "/api/tags":
        let list = models.map { #"{"name":"\#($0)","digest":"ab","size":\#(size),"details":{"family":"qwen3"}}"# }
        return [.reply(#"{"models":[\#(list.joined(separator: ","))]}"#)]
      default:
        return [
          .reply(
            """
            {"capabilities":["completion"],"details":{"family":"qwen3"},"model_info":{"general.architecture":"qwen3",
            "qwen3.context_length":\(context),"qwen3.block_count":36,"qwen3.attention.head_count":32,
            "qwen3.attention.head_count_kv":8,"qwen3.attention.key_length":128,"general.parameter_count":4000000000}}
            """)
        ]
      }
    }
    return server.url
  }
}

/// A program beside the test that says on which port it listens.
final class ListeningProgram {
  let port: Int
  private let process = Process()

  /// - Parameter pattern: what the port stands behind in a line that the program prints.
  init(_ command: [String], after pattern: String = "") throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.environment = Command.environment(adding: [:])
    let out = Pipe()
    process.standardOutput = out
    // What reads commands must not see their end.
    process.standardInput = Pipe()
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    var found: Int?
    while found == nil {
      let more = out.fileHandleForReading.availableData
      if more.isEmpty { throw TestFailure("\(command[0]) ended: \(text)") }
      text += String(decoding: more, as: UTF8.self)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() where line.hasPrefix(pattern)
      {
        found = Int(line.split(separator: ":").last ?? "")
      }
    }
    port = found ?? 0
  }

  deinit {
    // Other signals may be blocked in what a test starts.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// A proxy that refuses bodies by the length that they announce, as proxies do.
  static func proxy(limit: Int) throws -> ListeningProgram {
    let script = """
      import re, socket, sys
      s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1], flush=True)
      while True:
          c, _ = s.accept(); head = b""
          while b"\\r\\n\\r\\n" not in head:
              more = c.recv(4096)
              if not more: break
              head += more
          length = re.search(rb"Content-Length: (\\d+)", head)
          refused = length and int(length[1]) > int(sys.argv[1])
          c.sendall(b"HTTP/1.1 413 Too Large\\r\\n\\r\\n" if refused else b"HTTP/1.1 100 Continue\\r\\n\\r\\n"); c.close()
      """
    return try ListeningProgram(["python3", "-c", script, "\(limit)"])
  }

  /// A server with a certificate that nobody knows.
  static func tls(days: Int, in folder: URL) throws -> ListeningProgram {
    let (key, certificate) = (folder.appending(path: "key.pem").path, folder.appending(path: "certificate.pem").path)
    let made = try Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "\(days)",
        "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
      ])
    if made.status != 0 { throw TestFailure(made.error) }
    return try ListeningProgram(
      ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-www"], after: "ACCEPT")
  }
}
