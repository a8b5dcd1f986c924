import Foundation
import GRDB

extension Library {
  /// Where a model's answers about a transcript are kept until the comments are whole.
  func answers(onTranscript key: String) -> CommentaryAnswers {
    CommentaryAnswers(
      find: { answerKey in
        try await read { db in
          try String.fetchOne(
            db,
            sql: """
              SELECT answer FROM comment_answers
              WHERE transcript = (SELECT id FROM transcripts WHERE key = ?) AND key = ?
              """, arguments: [key, answerKey]
          ).map { try JSONText.decode(from: $0) }
        }
      },
      keep: { answer, answerKey, kind in
        let now = now()
        try await write { db in
          try db.execute(
            sql: """
              INSERT OR REPLACE INTO comment_answers (transcript, key, kind, answer, created_at)
              SELECT id, ?, ?, ?, ? FROM transcripts WHERE key = ?
              """,
            arguments: [answerKey, kind, try JSONText.encode(answer), now.milliseconds, key])
        }
      })
  }
}
