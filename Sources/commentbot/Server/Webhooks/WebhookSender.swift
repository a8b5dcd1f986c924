import CommentCore
import Crypto
import Foundation

/// Sends word of a job's end, signed.
struct WebhookSender: Sendable {
  private static let timeouts = HTTPTimeouts(connect: .seconds(10), firstByte: .seconds(15), idle: .seconds(5))

  /// How a try ended.
  struct Outcome: Sendable {
    var attempt: WebhookDelivery.Try
    /// Whether the next one would end in the same way.
    var isHopeless = false
  }

  /// nil signs nothing.
  let secret: String?
  /// Whether addresses of this machine and its network are taken.
  let allowsPrivate: Bool

  private struct Body: Encodable {
    var id: Int64
    var event: String
    var created: Date
    var job: JobView
  }

  func send(_ delivery: WebhookDelivery, _ job: JobView) async -> Outcome {
    let now = Date()
    do {
      let request = try await request(delivery, job, at: now)
      // The answer's text is of no use: dropping it unread closes the connection, however long it is.
      let status = try await CurlClient().send(request).status
      let isTaken = (200..<300).contains(status)
      return Outcome(attempt: .init(at: now, status: status, error: isTaken ? nil : "the address answered \(status)"))
    } catch let error as CommentBotError {
      let isHopeless = error.code == .usage || error.code == .permission
      return Outcome(attempt: .init(at: now, status: nil, error: error.cause), isHopeless: isHopeless)
    } catch {
      return Outcome(attempt: .init(at: now, status: nil, error: "\(error)"))
    }
  }

  private func request(_ delivery: WebhookDelivery, _ job: JobView, at now: Date) async throws -> HTTPRequest {
    let address = try WebhookAddress(delivery.url)
    // Asked for each try: what is connected to is what was looked at.
    let pinned = allowsPrivate ? nil : try await Blocking.run { try address.publicAddress() }
    let body = try JSONLine.of(Body(id: delivery.id, event: delivery.event, created: delivery.created, job: job))
    var headers = [
      HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-CommentBot-Event", delivery.event),
      HTTPHeader("X-CommentBot-Delivery", "\(delivery.id)"),
    ]
    if let secret {
      headers.append(HTTPHeader("X-CommentBot-Signature", Self.signature(of: body, secret: secret, at: now)))
    }
    return HTTPRequest(
      .post, address.url, headers: headers, body: .data(Data(body.utf8)), timeouts: Self.timeouts,
      pinnedAddress: pinned)
  }

  /// `t=<unix time>,v1=<HMAC-SHA256 of "t.body" in hexadecimal>`.
  static func signature(of body: String, secret: String, at time: Date) -> String {
    let seconds = Int(time.timeIntervalSince1970)
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("\(seconds).\(body)".utf8), using: SymmetricKey(data: Data(secret.utf8)))
    return "t=\(seconds),v1=" + code.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
