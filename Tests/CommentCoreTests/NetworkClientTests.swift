import Foundation
import TestSupport
import Testing

@testable import CommentCore

@Suite struct NetworkClientTests {
  private let client = CurlClient()

  /// For what another test keeps waiting, among many at once.
  private static let patient = HTTPTimeouts(connect: .seconds(600), firstByte: .seconds(600), idle: .seconds(600))

  @Test func send_returnsStatusHeadersAndBody() async throws {
    let server = try ReplayServer { _ in [.reply("nothing", status: 404, headers: ["X-One": " a:b "])] }
    let response = try await client.send(HTTPRequest(.get, server.url + "/some/path?x=1"))
    #expect(response.status == 404)
    #expect(response.header("x-one") == "a:b")
    #expect(try await response.body.collect(limit: 100) == Data("nothing".utf8))
    #expect(server.requests.first?.path == "/some/path?x=1")
  }

  @Test func send_uploadsBodyAndHeaders() async throws {
    let server = try ReplayServer { _ in [.reply("")] }
    let body = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let request = HTTPRequest(
      .post, server.url, headers: [HTTPHeader("Content-Type", "text/x"), HTTPHeader("Expect", "")], body: .data(body))
    #expect(try await client.send(request).status == 200)
    #expect(server.requests.first?.method == "POST")
    #expect(server.requests.first?.body == body)
    #expect(server.requests.first?.headers["content-type"] == "text/x")
  }

  @Test func send_reusesTheConnection() async throws {
    let server = try ReplayServer { _ in [.reply("x")] }
    let start = ContinuousClock.now
    for _ in 0..<3 {
      _ = try await client.send(HTTPRequest(.get, server.url)).body.collect(limit: 10)
    }
    #expect(server.requests.count == 3)
    // libcurl gives up what was idle for 118 s, and among many other tests so much may pass between two requests.
    #expect(server.connections == 1 || start.duration(to: .now) > .seconds(100))
  }

  @Test func send_takesOneHundredRequestsAtOnce() async throws {
    let server = try ReplayServer { [.reply($0.path)] }
    let client = client
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<100 {
        group.addTask {
          let response = try await client.send(HTTPRequest(.get, "\(server.url)/\(number)"))
          return String(decoding: try await response.body.collect(limit: 10), as: UTF8.self)
        }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<100).map { "/\($0)" }))
  }

  @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "http://", "not an address"])
  func send_refusesWhatIsNotHTTP(_ url: String) async {
    #expect(await errorCode { _ = try await client.send(HTTPRequest(.get, url)) } == .usage)
  }

  @Test func send_refusesALineEndInAHeader() async throws {
    let server = try ReplayServer { _ in [.reply("")] }
    let request = HTTPRequest(.get, server.url, headers: [HTTPHeader("X", "a\r\nY: b")])
    #expect(await errorCode { _ = try await client.send(request) } == .usage)
    #expect(server.connections == 0)
  }

  @Test func send_followsRedirectsOnlyWhenAsked() async throws {
    let server = try ReplayServer { request in
      request.path == "/old" ? [.reply("gone", status: 302, headers: ["Location": "/new"])] : [.reply("here")]
    }
    let plain = try await client.send(HTTPRequest(.get, server.url + "/old"))
    #expect(plain.status == 302)
    let followed = try await client.send(HTTPRequest(.get, server.url + "/old", maxRedirects: 3))
    #expect(followed.status == 200)
    #expect(try await followed.body.collect(limit: 10) == Data("here".utf8))
  }

  @Test(arguments: [
    ("http://127.0.0.1:11434/x", true), ("http://LOCALHOST", true), ("http://[::1]:80", true),
    ("http://127.example.com", false), ("http://example.com/localhost", false), ("nonsense", false),
  ])
  func proxies_areNotForThisMachine(_ url: String, _ isLoopback: Bool) {
    #expect(CurlTransfer.isLoopback(url) == isLoopback)
  }

  @Test func send_throwsUnreachable_whenRefused() async throws {
    let url = try ReplayServer.refusingURL()
    #expect(await errorCode { _ = try await client.send(HTTPRequest(.get, url)) } == .unreachable)
  }

  @Test func send_throwsUnreachable_whenNothingArrivesInTime() async throws {
    let server = try ReplayServer { _ in [.awaitClose] }
    let timeouts = HTTPTimeouts(connect: .milliseconds(50), firstByte: .milliseconds(50))
    #expect(
      await errorCode { _ = try await client.send(HTTPRequest(.get, server.url, timeouts: timeouts)) } == .unreachable)
    // The connection is closed, not left waiting.
    var disconnects = server.disconnects.makeAsyncIterator()
    await disconnects.next()
  }

  @Test func body_throwsUnreachable_whenItStalls() async throws {
    let server = try ReplayServer { _ in [.together([.chunkedHead, .chunk("first")]), .awaitClose] }
    let timeouts = HTTPTimeouts(idle: .milliseconds(50))
    let response = try await client.send(HTTPRequest(.get, server.url, timeouts: timeouts))
    var chunks = response.body.makeAsyncIterator()
    #expect(try await chunks.next() == Data("first".utf8))
    #expect(await errorCode { _ = try await chunks.next() } == .unreachable)
  }

  @Test func body_throwsUnreachable_whenTheConnectionBreaks() async throws {
    let server = try ReplayServer { _ in [.chunkedHead, .chunk("first"), .close] }
    let response = try await client.send(HTTPRequest(.get, server.url))
    #expect(await errorCode { _ = try await response.body.collect(limit: 100) } == .unreachable)
  }

  @Test func send_closesTheConnection_whenCancelledBeforeTheAnswer() async throws {
    let server = try ReplayServer { _ in [.awaitClose] }
    let client = client
    let task = Task { try await client.send(HTTPRequest(.get, server.url, timeouts: Self.patient)) }
    while server.requests.isEmpty { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    var disconnects = server.disconnects.makeAsyncIterator()
    await disconnects.next()
  }

  @Test func body_closesTheConnection_whenCancelledOrDropped() async throws {
    let server = try ReplayServer { _ in [.chunkedHead, .chunk("first"), .awaitClose] }
    var disconnects = server.disconnects.makeAsyncIterator()
    let client = client
    let (arrivals, arrived) = AsyncStream<Void>.makeStream()
    let task = Task {
      for try await _ in try await client.send(HTTPRequest(.get, server.url, timeouts: Self.patient)).body {
        arrived.yield()
      }
    }
    var arrivalsIterator = arrivals.makeAsyncIterator()
    await arrivalsIterator.next()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    await disconnects.next()

    _ = try await client.send(HTTPRequest(.get, server.url, timeouts: Self.patient))
    await disconnects.next()
  }

  @Test func body_stopsTheServer_whenTheReaderIsSlow() async throws {
    // Far more than the sockets' buffers and the client's own hold.
    let piece = Data(repeating: 7, count: 1 << 20)
    let server = try ReplayServer { _ in
      [.chunkedHead] + Array(repeating: .chunk(piece), count: 64) + [.chunk(Data())]
    }
    let response = try await client.send(HTTPRequest(.get, server.url))
    var chunks = response.body.makeAsyncIterator()
    var count = try await chunks.next()?.count ?? 0
    // Other transfers go on meanwhile; without a pause this one would have come to its end.
    let other = try ReplayServer { _ in [.reply("other")] }
    for _ in 0..<200 { _ = try await client.send(HTTPRequest(.get, other.url)).body.collect(limit: 10) }
    #expect(server.answered == 0)
    while let chunk = try await chunks.next() { count += chunk.count }
    #expect(count == 64 << 20)
  }

  @Test func lines_areTheSame_wherever_theBodyIsCut() async throws {
    let text = Data("{\"a\":1}\n\n{\"b\":\"é\u{2028}\r\"}\nlast".utf8)
    let expected = text.split(separator: 10, omittingEmptySubsequences: false).map { Data($0) }
    let server = try ReplayServer { request in
      ReplayServer.Step.chunked(text, cutAt: [Int(request.path.dropFirst()) ?? 0])
    }
    for position in 0...text.count {
      let response = try await client.send(HTTPRequest(.get, "\(server.url)/\(position)"))
      var lines: [Data] = []
      for try await line in response.body.lines(limit: 100) { lines.append(line) }
      #expect(lines == expected)
    }
  }

  @Test func lines_refuseALineBeyondTheLimit() async throws {
    let server = try ReplayServer { _ in [.chunkedHead, .chunk("12345\n123456"), .chunk("\n"), .chunk("")] }
    var lines = try await client.send(HTTPRequest(.get, server.url)).body.lines(limit: 5).makeAsyncIterator()
    #expect(try await lines.next() == Data("12345".utf8))
    #expect(await errorCode { _ = try await lines.next() } == .badReply)
  }

  @Test func collect_refusesABodyBeyondTheLimit() async throws {
    let server = try ReplayServer { _ in [.reply("123456")] }
    let response = try await client.send(HTTPRequest(.get, server.url))
    #expect(await errorCode { _ = try await response.body.collect(limit: 5) } == .badReply)
  }
}
