import HTTPTypes
import Hummingbird
import TestSupport
import Testing

@testable import commentbot

/// Where a request comes from, when proxies stand between.
struct TrustedProxiesTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.128/25", "192.0.2.127", false),
    ("192.0.2.128/25", "192.0.2.128", true), ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
    ("0.0.0.0/0", "203.0.113.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "203.0.113.9", false),
    ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
    ("2001:db8::1", "2001:db8:0:0::1", true),
  ])
  func range_holdsThoseThatBeginAlike(range: String, address: String, isIn: Bool) throws {
    let (range, address) = (try #require(NetworkRange(range)), try #require(NetworkAddress(address)))
    #expect(range.contains(address) == isIn)
  }

  @Test(arguments: ["", "proxy.example", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/", "::/129", "10.0"])
  func range_malformed_isNone(text: String) {
    #expect(NetworkRange(text) == nil)
  }

  @Test(arguments: [
    // Nobody's word but a proxy's counts.
    ("203.0.113.9", ["198.51.100.7"], "203.0.113.9"),
    ("10.0.0.1", [], "10.0.0.1"),
    ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
    // What the client itself has sent stands before.
    ("10.0.0.1", ["127.0.0.1, 198.51.100.7"], "198.51.100.7"),
    ("10.0.0.1", ["127.0.0.1", "198.51.100.7"], "198.51.100.7"),
    ("10.0.0.1", ["127.0.0.1, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
    // All are proxies: the first one is the client.
    ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
    ("10.0.0.1", ["198.51.100.7, nonsense"], "10.0.0.1"),
    ("10.0.0.1", ["198.51.100.7, nonsense, 10.0.0.2"], "10.0.0.2"),
    ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
    ("2001:db8::5", ["[2001:db9::1]:4711"], "2001:db9::1"),
    ("2001:db8::5", ["2001:db9::1"], "2001:db9::1"),
    ("2001:db9::5", ["198.51.100.7"], "2001:db9::5"),
    // IPv4 on a socket of IPv6.
    ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
  ])
  func client_behindProxies_isTheLastThatIsNone(peer: String, entries: [String], client: String) throws {
    let ranges = [try #require(NetworkRange("10.0.0.0/8")), try #require(NetworkRange("2001:db8::/32"))]
    var request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/")
    for entry in entries { request.headerFields.append(HTTPField(name: .forwardedFor, value: entry)) }
    let found = TrustedProxies(networks: ranges).client(
      of: Request(head: request, body: RequestBody(buffer: .init())), from: ClientAddress(peer))
    #expect(found?.text == client)
  }

  /// Limits count by the client, and the log tells it.
  @Test func server_behindAProxy_countsItsClients() throws {
    func served(_ proxies: String?) throws -> RunningService {
      var home = try Installation()
      home.environment["COMMENTBOT_SERVE_ADDRESS_LIMIT"] = "2"
      home.environment["COMMENTBOT_SERVE_TRUSTED_PROXIES"] = proxies
      return try RunningService.server("--workers", "0", "--log-level", "info", home: home)
    }
    func statuses(_ service: RunningService, _ entry: String) throws -> [Int] {
      try (0..<3).map { _ in try service.ask("/v1/models", "-H", "X-Forwarded-For: \(entry)").status }
    }
    let behind = try served("192.0.2.0/24, 127.0.0.1")
    #expect(try statuses(behind, "203.0.113.9") == [200, 200, 429])
    #expect(try statuses(behind, "203.0.113.9, 198.51.100.7") == [200, 200, 429])
    #expect(try behind.errors.contains(#""ip_address":"198.51.100.7""#))

    let open = try served(nil)
    #expect(try statuses(open, "203.0.113.9") == [200, 200, 200])
    #expect(try !open.errors.contains("203.0.113.9"))
  }

  @Test func server_withAMalformedRange_doesNotStart() throws {
    var home = try Installation()
    home.environment["COMMENTBOT_SERVE_TRUSTED_PROXIES"] = "10.0.0.0/8,proxy.example"
    let result = try home.run("serve", "--port", "0")
    #expect(result.status == 78 && result.error.contains("proxy.example"), "\(result.error)")
  }
}
