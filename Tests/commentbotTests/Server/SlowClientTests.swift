import CommentCore
import Foundation
import TestSupport
import Testing

/// Clients that hold on to the server without using it: others are served meanwhile.
struct SlowClientTests {
  @Test(
    .timeLimit(.minutes(60)),
    arguments: [
      // A head that does not end, a body that does not come, one without end, and one that is longer than it says.
      "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
      "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + "Content-Length: 1000\r\n\r\n--b",
      "POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + "Transfer-Encoding: chunked\r\n\r\n1\r\n-\r\n",
      "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n12and more that is no request\r\n\r\n",
    ])
  func clients_thatDoNotGoOn_areCut(request: String) throws {
    let service = try Self.service()
    let client = try RawClient(service.url)
    try client.send(request)
    #expect(try service.ask("/health/live").status == 200)
    #expect(try client.isClosedByServer())
  }

  @Test(.timeLimit(.minutes(60))) func body_goesOnAfterItsAnswer_isCut() throws {
    let service = try Self.service()
    let client = try RawClient(service.url)
    try client.send("POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
    let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
    // Ends when the server hangs up; 2 GB would take longer than the test may.
    var sent = 0
    while sent < 2 << 30, (try? client.send(chunk)) != nil { sent += chunk.utf8.count }
    #expect(sent < 64 << 20)
    #expect(try service.ask("/health/live").status == 200)
  }

  @Test(.timeLimit(.minutes(60))) func thousandIdleConnections_othersAreServed() throws {
    let service = try Self.service(patience: 20)
    let idle = try (0..<1000).map { _ in try RawClient(service.url) }
    #expect(try service.ask("/v1/models").status == 200)
    #expect(idle.count == 1000)
  }

  /// What the systems on both sides hold of an answer is far less than the half.
  private static let large = 64 << 20

  @Test(.timeLimit(.minutes(60))) func client_thatTakesNothing_isCut() async throws {
    let (service, path) = try await Self.serviceWithLargeAudio()
    let before = try service.sockets
    let client = try RawClient(service.url)
    try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    var connection: Set<String> = []
    let deadline = ContinuousClock.now + .seconds(120)
    // The server's own side of it, and of nothing else: curl's are gone when it has ended.
    while connection.isEmpty, ContinuousClock.now < deadline { connection = try service.sockets.subtracting(before) }
    #expect(connection.count == 1)
    while try !service.sockets.isDisjoint(with: connection), ContinuousClock.now < deadline {
      #expect(try service.ask("/health/live").status == 200)
    }
    #expect(try service.sockets.isDisjoint(with: connection))
    #expect(try client.receive(upTo: .max) < Self.large / 2)
  }

  @Test(.timeLimit(.minutes(60))) func client_thatTakesLittleAtATime_isNotCut() async throws {
    let (service, path) = try await Self.serviceWithLargeAudio()
    let client = try RawClient(service.url)
    try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    // Three times the patience.
    #expect(try client.receive(131_072, aTenthOfASecondApart: 150))
    #expect(try client.receive(upTo: Self.large / 2) == Self.large / 2)
  }

  /// A server whose patience is five seconds, and where it has an answer that is too large for what lies between.
  private static func serviceWithLargeAudio() async throws -> (RunningService, String) {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_PATIENCE"] = "5"
    let library = try Library(at: home.file("bd/commentbot/commentbot.sqlite"))
    let file = home.file("data/inbox/large.wav")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data().write(to: file)
    let handle = try FileHandle(forWritingTo: file)
    try handle.truncate(atOffset: UInt64(large))
    try handle.close()
    let digest = try FileDigest.sha256(of: file).hex
    try await library.save(
      Recording(
        sha256: digest, name: "large", path: file.path, byteCount: large,
        facts: AudioFacts(container: "wav", codec: "pcm", sampleRate: 8000, channels: 1, duration: 1)))
    return (try RunningService.server("--workers", "0", home: home), "/v1/recordings/\(digest)/audio")
  }

  private static func service(patience: Int = 1) throws -> RunningService {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_PATIENCE"] = "\(patience)"
    return try RunningService.server(home: home)
  }
}

extension RunningService {
  /// What of the process is a socket, by the system's names.
  fileprivate var sockets: Set<String> {
    get throws {
      let folder = "/proc/\(process.processIdentifier)/fd"
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let targets = names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
      return Set(targets.filter { $0.hasPrefix("socket:") })
    }
  }
}

/// A connection on which anything can be sent.
private final class RawClient {
  private let descriptor: Int32

  init(_ url: String) throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 4096)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard let port = url.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw TestFailure("no port: \(url)")
    }
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw TestFailure("cannot connect: \(errno)") }
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw TestFailure("cannot send: \(errno)") }
      bytes = bytes.dropFirst(count)
    }
  }

  /// - Returns: bytes that came before the connection's end, or as many as were asked for.
  func receive(upTo limit: Int) throws -> Int {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var total = 0
    while total < limit {
      let count = recv(descriptor, &buffer, min(buffer.count, limit - total), 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { break }
      if count < 0 { throw TestFailure("cannot receive: \(errno)") }
      total += count
    }
    return total
  }

  /// Takes so many bytes so many times, and pauses after each, on a thread that nobody else uses.
  /// - Returns: whether they came each time.
  func receive(_ bytes: Int, aTenthOfASecondApart times: Int) throws -> Bool {
    for _ in 0..<times {
      guard try receive(upTo: bytes) == bytes else { return false }
      usleep(100_000)
    }
    return true
  }

  /// Waits for the end of the connection, whatever is answered before.
  func isClosedByServer() throws -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
      if count < 0 { return false }
    }
  }
}
