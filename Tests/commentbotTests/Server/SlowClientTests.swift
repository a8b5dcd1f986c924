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

  private static func service(patience: Int = 1) throws -> RunningService {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_PATIENCE"] = "\(patience)"
    return try RunningService.server(home: home)
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
