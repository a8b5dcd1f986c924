public import Foundation
import GRDB

/// One attempt at one input, from start to end.
public struct Run: Sendable, Equatable {
  /// How a run can end.
  public enum Outcome: String, Sendable, CaseIterable { case succeeded, failed, cancelled }

  /// Its own, drawn at its start.
  public var id: UUID
  /// SHA-256 of the recording; nil when the run failed before it was known.
  public var recording: String?
  /// The path as it was given; `-` for standard input.
  public var input: String
  /// When it began.
  public var started: Date
  /// When it ended.
  public var finished: Date
  /// How it ended.
  public var outcome: Outcome
  /// Why the run failed; always there when it did.
  public var error: CommentBotError?
  /// What was done; empty when the run failed before anything was.
  public var report: ProcessReport

  public init(
    id: UUID = UUID(), recording: String?, input: String, started: Date, finished: Date, outcome: Outcome,
    error: CommentBotError? = nil, report: ProcessReport = ProcessReport()
  ) {
    self.id = id
    self.recording = recording
    self.input = input
    self.started = started
    self.finished = finished
    self.outcome = outcome
    self.error = error
    self.report = report
  }
}

extension Library {
  /// Keeps the record of a run. A recording that the library does not have is left out of it.
  public func saveRun(_ run: Run) async throws {
    try await write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO runs (id, recording, input, started_at, finished_at, outcome, error, report)
          VALUES (?, (SELECT sha256 FROM recordings WHERE sha256 = ?), ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run.id.uuidString, run.recording, run.input, run.started.milliseconds, run.finished.milliseconds,
          run.outcome.rawValue, try run.error.map(JSONText.encode),
          try JSONText.encode(run.report),
        ])
    }
  }

  /// The runs of a recording, the newest first.
  public func runs(of sha256: String) async throws -> [Run] {
    try await read { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM runs WHERE recording = ? ORDER BY started_at DESC, rowid DESC", arguments: [sha256]
      ).map { row in
        Run(
          id: UUID(uuidString: row["id"]) ?? UUID(), recording: row["recording"], input: row["input"],
          started: Date(milliseconds: row["started_at"]), finished: Date(milliseconds: row["finished_at"]),
          outcome: Run.Outcome(rawValue: row["outcome"]) ?? .failed,
          error: try (row["error"] as String?).map { try JSONText.decode(from: $0) },
          report: try JSONText.decode(from: row["report"]))
      }
    }
  }
}
