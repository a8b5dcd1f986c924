public import Foundation
import GRDB

/// Word of a job's end to an address, and how it fared.
public struct WebhookDelivery: Sendable, Equatable {
  /// Where it is on its way.
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Waits for its next try.
    case pending
    /// The address has taken it.
    case delivered
    /// Given up.
    case failed
  }

  /// One try.
  public struct Try: Codable, Sendable, Equatable {
    /// When it was made.
    public var at: Date
    /// What the address answered; nil when it did not.
    public var status: Int?
    /// Why it failed; nil when it did not.
    public var error: String?

    public init(at: Date, status: Int?, error: String?) {
      (self.at, self.status, self.error) = (at, status, error)
    }
  }

  /// Grows over all deliveries.
  public var id: Int64
  /// The job's id.
  public var job: String
  /// The job's owner.
  public var owner: String
  /// Where to.
  public var url: String
  /// `job.succeeded`, `job.failed` or `job.cancelled`.
  public var event: String
  /// Where it is.
  public var state: State
  /// The first one first.
  public var tries: [Try]
  /// Of one that is pending: not before this time.
  public var runAt: Date
  /// When the job ended.
  public var created: Date
}

extension Library {
  /// Hands out the next delivery and keeps others from it until the given time: whoever dies over it leaves it to them.
  public func claimDelivery(until: Date) async throws -> WebhookDelivery? {
    let now = now().milliseconds
    let next = "SELECT id FROM webhook_deliveries WHERE state = 'pending' AND run_at <= ? ORDER BY run_at LIMIT 1"
    // Idle servers ask often: a look costs no write lock.
    let waiting = try await read { try Int64.fetchOne($0, sql: next, arguments: [now]) }
    if waiting == nil { return nil }
    return try await write("take a delivery from") { db in
      guard
        let id = try Int64.fetchOne(
          db, sql: "UPDATE webhook_deliveries SET run_at = ? WHERE id = (\(next)) RETURNING id",
          arguments: [until.milliseconds, now])
      else { return nil }
      return try Self.deliveries(where: "d.id = ?", [id], in: db).first
    }
  }

  /// Keeps how a try ended.
  /// - Parameter runAt: of the next one.
  public func record(
    _ attempt: WebhookDelivery.Try, of delivery: WebhookDelivery, state: WebhookDelivery.State, runAt: Date
  ) async throws {
    try await write("keep a delivery in") { db in
      try db.execute(
        sql: "UPDATE webhook_deliveries SET state = ?, tries = ?, run_at = ? WHERE id = ?",
        arguments: [
          state.rawValue, try JSONText.encode(delivery.tries + [attempt]), runAt.milliseconds, delivery.id,
        ])
    }
  }

  /// All deliveries of a job, the first one first.
  public func deliveries(ofJob job: String) async throws -> [WebhookDelivery] {
    try await read { try Self.deliveries(where: "d.job = ? ORDER BY d.id", [job], in: $0) }
  }

  private static func deliveries(
    where condition: String, _ arguments: StatementArguments, in db: Database
  ) throws -> [WebhookDelivery] {
    try Row.fetchAll(
      db, sql: "SELECT d.*, j.owner FROM webhook_deliveries d JOIN jobs j ON j.id = d.job WHERE \(condition)",
      arguments: arguments
    ).map { row in
      WebhookDelivery(
        id: row["id"], job: row["job"], owner: row["owner"], url: row["url"], event: row["event"],
        state: WebhookDelivery.State(rawValue: row["state"]) ?? .pending,
        tries: try JSONText.decode(from: row["tries"]),
        runAt: Date(milliseconds: row["run_at"]), created: Date(milliseconds: row["created_at"]))
    }
  }
}
