import Foundation
import GRDB

extension Library {
  /// The comments on a transcript: the shipped kinds in the order in which they are shown, then others as they were
  /// made.
  public func comments(ofTranscript key: String) async throws -> [Comment] {
    try await read { try Self.comments(ofTranscript: key, in: $0) }
  }

  static func comments(ofTranscript key: String, in db: Database) throws -> [Comment] {
    let comments = try Row.fetchAll(
      db,
      sql: """
        SELECT * FROM comments WHERE transcript = (SELECT id FROM transcripts WHERE key = ?) ORDER BY id
        """, arguments: [key]
    ).map(comment)
    func place(_ comment: Comment) -> Int {
      ShippedKinds.names.firstIndex(of: comment.kind) ?? ShippedKinds.names.count
    }
    // Swift's sort is stable.
    return comments.sorted { place($0) < place($1) }
  }

  /// Keeps comments on a transcript. Comments of the same kinds that were there are replaced.
  /// - Throws: ``CommentBotError`` with code `notFound` when there is no such transcript.
  public func saveComments(_ comments: [Comment], transcriptKey: String) async throws {
    let now = now()
    try await write { db in
      guard
        let id = try Int64.fetchOne(db, sql: "SELECT id FROM transcripts WHERE key = ?", arguments: [transcriptKey])
      else {
        throw CommentBotError(
          .notFound, "keep the comments on", "transcript \(transcriptKey)", cause: "it is not in the library",
          hint: "commentbot list")
      }
      try Self.insert(comments, onTranscript: id, at: now, in: db)
    }
  }

  static func insert(_ comments: [Comment], onTranscript id: Int64, at now: Date, in db: Database) throws {
    for comment in comments {
      // A comment is replaced by one with the same key or of the same kind.
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO comments (key, transcript, kind, title, layout, method, engine, model, is_weak,
            prompt_digest, coverage, prompt_tokens, evaluated_tokens, output_tokens, answers, unusable_answers,
            cut_answers, left_out,
            seconds, items, unproven, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          comment.key, id, comment.kind, comment.title, comment.layout.rawValue, comment.method.rawValue,
          comment.engine, comment.model, comment.isWeak, comment.promptDigest, comment.coverage,
          comment.promptTokens, comment.evaluatedTokens, comment.outputTokens, comment.answers,
          comment.unusableAnswers, comment.cutAnswers, comment.leftOut, comment.seconds,
          try JSONText.encode(comment.items), try JSONText.encode(comment.unproven), now.milliseconds,
        ])
      // They were kept for this.
      try db.execute(
        sql: "DELETE FROM comment_answers WHERE transcript = ? AND kind = ?", arguments: [id, comment.kind])
    }
  }

  private static func comment(_ row: Row) throws -> Comment {
    var comment = Comment(
      key: row["key"], kind: row["kind"], title: row["title"],
      layout: CommentLayout(rawValue: row["layout"]) ?? .list,
      method: Comment.Method(rawValue: row["method"]) ?? .model, model: row["model"], engine: row["engine"],
      isWeak: row["is_weak"], promptDigest: row["prompt_digest"], coverage: row["coverage"],
      promptTokens: row["prompt_tokens"], evaluatedTokens: row["evaluated_tokens"],
      outputTokens: row["output_tokens"], seconds: row["seconds"], items: try JSONText.decode(from: row["items"]),
      unproven: try JSONText.decode(from: row["unproven"]))
    (comment.answers, comment.unusableAnswers) = (row["answers"], row["unusable_answers"])
    (comment.cutAnswers, comment.leftOut) = (row["cut_answers"], row["left_out"])
    return comment
  }
}
