public import Foundation
import Synchronization

/// An HTTP server on a free port of 127.0.0.1 that answers with given bytes, for clients under test.
///
/// Each connection has a thread; a connection serves one request after the other until the script closes it. The server
/// lives as long as the process, so that a test need not hold it.
public final class ReplayServer: Sendable {
  public struct Request: Sendable {
    public var method: String
    public var path: String
    /// Names in lower case.
    public var headers: [String: String]
    public var body: Data
    /// Which connection it came on, from 0.
    public var connection: Int
  }

  /// What the server does with a request, step by step.
  public enum Step: Sendable {
    case send(Data)
    /// Byte by byte with a pause before each, as over a line that is very slow.
    case trickle(Data, pause: Duration)
    /// Waits until the work is done.
    case wait(@Sendable () -> Void)
    /// Waits until the client goes away.
    case awaitClose
    case close
  }

  public let port: UInt16
  public var url: String { "http://127.0.0.1:\(port)" }
  /// One element for each connection that the client closed, whether or not a request came on it.
  public let disconnects: AsyncStream<Void>

  private let script: @Sendable (Request) -> [Step]
  private let disconnected: AsyncStream<Void>.Continuation
  private let state = Mutex((requests: [Request](), connections: 0, answered: 0))

  /// - Parameter script: the steps for each request.
  public init(_ script: @escaping @Sendable (Request) -> [Step]) throws {
    self.script = script
    (disconnects, disconnected) = AsyncStream.makeStream()
    let (listener, port) = try Self.bindFreePort()
    guard listen(listener, 64) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    self.port = port
    let thread = Thread {
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        self.serve(connection)
      }
    }
    thread.start()
  }

  /// An address that refuses connections for as long as the process lives.
  public static func refusingURL() throws -> String {
    "http://127.0.0.1:\(try bindFreePort().port)"
  }

  private static func bindFreePort() throws -> (socket: Int32, port: UInt16) {
    let listener = socket(AF_INET, streamSocket, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && getsockname(listener, address, &length) == 0
      }
    }
    guard isBound else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return (listener, UInt16(bigEndian: address.sin_port))
  }

  /// The requests so far, in order of their arrival.
  public var requests: [Request] { state.withLock(\.requests) }
  /// Requests whose steps are all done, so far.
  public var answered: Int { state.withLock(\.answered) }
  /// Connections accepted so far.
  public var connections: Int { state.withLock(\.connections) }

  private func serve(_ connection: Int32) {
    let number = state.withLock { state in
      defer { state.connections += 1 }
      return state.connections
    }
    // Without it, every answer of several pieces would wait 40 ms for the client's acknowledgement.
    var noDelay: Int32 = 1
    setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, socklen_t(MemoryLayout<Int32>.size))
    let thread = Thread {
      defer { close(connection) }
      var received = Data()
      while let request = self.readRequest(connection, &received, number) {
        self.state.withLock { $0.requests.append(request) }
        for step in self.script(request) {
          switch step {
          case .send(let data):
            guard sendAll(connection, data) else {
              self.disconnected.yield()
              return
            }
          case .trickle(let data, let pause):
            for byte in data {
              Thread.sleep(forTimeInterval: pause / .seconds(1))
              guard sendAll(connection, Data([byte])) else {
                self.disconnected.yield()
                return
              }
            }
          case .wait(let work): work()
          case .awaitClose:
            while receive(connection) != nil {}
          case .close: return
          }
        }
        self.state.withLock { $0.answered += 1 }
      }
      self.disconnected.yield()
    }
    thread.start()
  }

  private func readRequest(_ connection: Int32, _ received: inout Data, _ number: Int) -> Request? {
    while true {
      if let end = received.range(of: Data("\r\n\r\n".utf8)) {
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          guard let colon = line.firstIndex(of: ":") else { continue }
          headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while received[end.upperBound...].count < length {
          guard let more = receive(connection) else { return nil }
          received.append(more)
        }
        let body = Data(received[end.upperBound...].prefix(length))
        received = Data(received[end.upperBound...].dropFirst(length))
        return Request(method: words[0], path: words[1], headers: headers, body: body, connection: number)
      }
      guard let more = receive(connection) else { return nil }
      received.append(more)
    }
  }
}

#if canImport(Glibc)
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
  private let noSignal = Int32(MSG_NOSIGNAL)
#else
  private let streamSocket = SOCK_STREAM
  private let noSignal: Int32 = 0
#endif

/// The next bytes from the client; nil when it has gone away.
private func receive(_ connection: Int32) -> Data? {
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let count = recv(connection, &buffer, buffer.count, 0)
  return count > 0 ? Data(buffer[..<count]) : nil
}

private func sendAll(_ connection: Int32, _ data: Data) -> Bool {
  var rest = data[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, noSignal) }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
