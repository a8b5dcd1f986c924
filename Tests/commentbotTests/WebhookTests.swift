import CommentCore
import Crypto
import Foundation
import Logging
import Metrics
import TestSupport
import Testing

@testable import commentbot

@Suite struct WebhookTests {
  private let scratch: Scratch
  private let library: Library
  private let jobs: SQLiteJobStore

  init() throws {
    scratch = try Scratch()
    library = try Library(at: scratch.url.appending(path: "bd/library.sqlite"))
    jobs = SQLiteJobStore(library)
  }

  private func service(secret: String? = "a secret of 16 bytes", allowsPrivate: Bool = true) -> WebhookService {
    WebhookService(
      library: library, jobs: jobs, secret: secret, allowsPrivate: allowsPrivate, metrics: NOOPMetricsHandler.instance,
      logger: Logger(label: "test"))
  }

  /// A job that has ended.
  private func cancelledJob(callback url: String) async throws -> Job {
    let order = JobOrder(
      name: "a.wav", audioHash: String(repeating: "a", count: 64), byteCount: 1, callbackURL: url)
    let job = try await jobs.submit(JobSubmission(owner: "ann", order: order)).job
    return try await jobs.cancel(job.id, owner: "ann")
  }

  @Test func job_ended_isToldOnceAndSigned() async throws {
    let server = try ReplayServer { _ in [.reply("thanks")] }
    let job = try await cancelledJob(callback: server.url + "/hook?a=1")

    #expect(try await service().deliverNext())
    #expect(try await !service().deliverNext())
    let request = try #require(server.requests.first)
    #expect(request.method == "POST" && request.path == "/hook?a=1")
    let body = String(decoding: request.body, as: UTF8.self)
    #expect(body.contains("\"event\":\"job.cancelled\"") && body.contains(job.id))
    let signature = try #require(request.headers["x-commentbot-signature"])
    let parts = signature.split(separator: ",").map { $0.split(separator: "=")[1] }
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(parts[0]).\(body)".utf8), using: SymmetricKey(data: Data("a secret of 16 bytes".utf8)))
    #expect(code.map { String(format: "%02x", $0) }.joined() == parts[1])
    let delivery = try #require(try await library.deliveries(ofJob: job.id).first)
    #expect(delivery.state == .delivered && delivery.tries.map(\.status) == [200])
  }

  @Test func address_thatFails_isTriedLaterAndRedirectsAreNotFollowed() async throws {
    let server = try ReplayServer { _ in [.reply("", status: 302, headers: ["Location": "http://127.0.0.1:1/"])] }
    let job = try await cancelledJob(callback: server.url)

    _ = try await service().deliverNext()
    let delivery = try #require(try await library.deliveries(ofJob: job.id).first)
    #expect(delivery.state == .pending && delivery.tries.map(\.status) == [302])
    #expect(delivery.runAt >= delivery.tries.last?.at ?? .distantFuture)
    #expect(server.requests.count == 1)
  }

  @Test func backoff_growsAndEnds() {
    func next(_ number: Int, hopeless: Bool = false) -> (state: WebhookDelivery.State, runAt: Date) {
      let failed = WebhookDelivery.Try(at: Date(timeIntervalSince1970: 0), status: 500, error: "no")
      return WebhookBackoff.next(
        after: .init(attempt: failed, isHopeless: hopeless), number: number, at: Date(timeIntervalSince1970: 0))
    }
    #expect((1...9).map { next($0).runAt.timeIntervalSince1970 } == [5, 15, 45, 135, 405, 1215, 3600, 3600, 3600])
    #expect(next(10).state == .failed && next(9).state == .pending && next(1, hopeless: true).state == .failed)
  }

  @Test func privateAddress_notAllowed_isNeverAsked() async throws {
    let server = try ReplayServer { _ in [.reply("thanks")] }
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"] {
      let job = try await cancelledJob(callback: "http://\(host):\(server.port)/")
      _ = try await service(allowsPrivate: false).deliverNext()
      let delivery = try #require(try await library.deliveries(ofJob: job.id).first)
      #expect(delivery.state == .failed && delivery.tries.count == 1, "\(host)")
      _ = try await jobs.forget(audioHash: job.order.audioHash, owner: "ann")
    }
    #expect(server.connections == 0)
  }

  @Test(arguments: [
    ("127.0.0.1", false), ("10.1.2.3", false), ("172.31.255.255", false), ("172.32.0.1", true), ("192.168.1.1", false),
    ("169.254.169.254", false), ("100.64.0.1", false), ("100.128.0.1", true), ("0.0.0.0", false), ("224.0.0.1", false),
    ("255.255.255.255", false), ("198.19.0.1", false), ("8.8.8.8", true), ("::", false), ("::1", false),
    ("::ffff:10.0.0.1", false), ("::ffff:8.8.8.8", true), ("64:ff9b::7f00:1", false), ("64:ff9b::808:808", true),
    ("2002:7f00:1::", false), ("fe80::1", false), ("fd00::1", false), ("ff02::1", false), ("2001:db8::1", false),
    ("2001::1", false), ("2606:4700::1111", true),
  ])
  func address_ofAKind_isPublicOrNot(text: String, isPublic: Bool) throws {
    let address = try #require(try NetworkAddress.resolve(text).first)
    #expect(address.isPublic == isPublic)
  }

  @Test(arguments: [
    "ftp://example.org/", "http://", "http://user:pw@example.org/", "http://example.org/#a", "http://exa mple.org",
    "http://example.org\\@10.0.0.1/", "http://a..%00b/", "javascript:alert(1)", "http://example.org:99999/", "//host/x",
  ])
  func address_thatCouldBeReadInTwoWays_isRefused(text: String) {
    #expect(throws: CommentBotError.self) { try WebhookAddress(text) }
  }

  @Test func address_isPutTogetherAnew() throws {
    #expect(try WebhookAddress("HTTPS://Example.org/a%20b?c=d").url == "https://example.org:443/a%20b?c=d")
    #expect(try WebhookAddress("http://[2001:DB8::1]:81").host == "2001:db8::1")
  }
}
