import Foundation
import GRDB
import Testing

@testable import CommentCore

struct MigrationTests {
  private static let names = LibrarySchema.migrator.migrations

  /// Databases that people have were made by these, in this order: new ones come after them.
  @Test func migrations_areAppended() {
    let published = [
      "recordings, transcripts and comments", "search in segments", "checkpoints and runs", "channels and languages",
      "proof of comments", "answers of comments", "cuts in comments",
    ]
    #expect(Array(Self.names.prefix(published.count)) == published)
    #expect(Set(Self.names).count == Self.names.count)
  }

  @Test func open_again_runsNoMigrationTwice() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      try await Library(at: url).save(.make())
      let library = try Library(at: url)
      #expect(try await library.migrations() == Self.names)
      #expect(try await library.recordings().count == 1)
    }
  }

  @Test func open_ofAnOlderVersion_keepsItsRows() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let queue = try DatabaseQueue(path: url.path)
      try LibrarySchema.migrator.migrate(queue, upTo: Self.names[1])
      try await queue.write { try Library.save(.make(), at: .now, in: $0) }
      try queue.close()
      let library = try Library(at: url)
      #expect(try await library.recordings().map(\.name) == ["talk"])
      #expect(try await library.windows(of: "key") == [])
      #expect(try await library.migrations() == Self.names)
    }
  }

  @Test func open_ofAVersionWithoutProof_keepsItsComments() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let queue = try DatabaseQueue(path: url.path)
      try LibrarySchema.migrator.migrate(queue, upTo: Self.names[3])
      try await queue.write { db in
        try Library.save(.make(), at: .now, in: db)
        try db.execute(
          sql: """
            INSERT INTO transcripts (key, recording, language, duration, engine, model, options, dropped, folder, created_at)
            SELECT 't1', sha256, 'en', 1, 'e', 'm', '{}', '[]', 'f', 1 FROM recordings;
            INSERT INTO comments (key, transcript, kind, engine, model, is_weak, prompt_digest, coverage, prompt_tokens,
              output_tokens, seconds, items, created_at)
            VALUES ('c1', 1, 'key-points', 'ollama', 'qwen', 0, 'd', 1, 2, 3, 4, '[{"text":"All is well.","citations":[]}]', 1);
            """)
      }
      try queue.close()
      let comment = try #require(try await Library(at: url).comments(ofTranscript: "t1").first)
      #expect((comment.title, comment.layout, comment.method) == ("Key points", .list, .model))
      #expect(comment.items.map(\.text) == ["All is well."] && comment.unproven.isEmpty && comment.answers == 0)
    }
  }

  @Test func open_ofAVersionWithoutChannels_keepsItsCheckpoints() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let queue = try DatabaseQueue(path: url.path)
      try LibrarySchema.migrator.migrate(queue, upTo: Self.names[2])
      let window = try JSONText.encode(TranscriptionWindow.make(0, 30))
      try await queue.write { db in
        try Library.save(.make(), at: .now, in: db)
        try db.execute(
          sql: "INSERT INTO transcription_windows VALUES ('key', 0, 30, ?, ?, 1)",
          arguments: [Recording.make().sha256, window])
      }
      try queue.close()
      let library = try Library(at: url)
      #expect(try await library.windows(of: "key") == [.make(0, 30)])
      #expect(try await library.windows(of: "key", channel: 1) == [])
    }
  }

  @Test func open_ofANewerVersion_isRefusedAndChangesNothing() async throws {
    try await withTemporaryFolder { folder in
      let url = folder.appending(path: "library.sqlite")
      let queue = try DatabaseQueue(path: url.path)
      var newer = LibrarySchema.migrator
      newer.registerMigration("from the future") { try $0.execute(sql: "CREATE TABLE future (a)") }
      try newer.migrate(queue)
      try queue.close()
      let error = #expect(throws: CommentBotError.self) { try Library(at: url) }
      #expect(error?.code == .databaseNewer)
      #expect(error?.cause.contains("newer version") == true)
      let again = try DatabaseQueue(path: url.path)
      let isUntouched = try await again.read { [newer] in try newer.hasCompletedMigrations($0) }
      #expect(isUntouched)
    }
  }

  @Test func open_byManyAtOnce_migratesOnce() async throws {
    try await withTemporaryFolder { folder in
      for round in 0..<10 {
        let url = folder.appending(path: "\(round)/library.sqlite")
        try await withThrowingTaskGroup { group in
          for _ in 0..<8 { group.addTask { try await Self.openOnThread(url) } }
          for try await library in group { #expect(try await library.migrations() == Self.names) }
        }
      }
    }
  }

  /// Threads of their own all open at the same time; tasks would be as few as the cores.
  private static func openOnThread(_ url: URL) async throws -> Library {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result { try Library(at: url) }) }.start()
    }
  }

  @Test func settings_areSafe() async throws {
    try await withLibrary { library in
      let settings = try await library.write { db in
        try ["synchronous", "journal_mode", "foreign_keys", "busy_timeout"].map {
          try String.fetchOne(db, sql: "PRAGMA \($0)") ?? ""
        }
      }
      #expect(settings == ["2", "wal", "1", "10000"])
    }
  }

  @Test func tables_areStrict() async throws {
    try await withLibrary { library in
      let loose = try await library.read { db in
        try String.fetchAll(
          db,
          sql: """
            SELECT name FROM pragma_table_list
            WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'
            """)
      }
      #expect(loose == ["grdb_migrations"])
    }
  }

  @Test(arguments: [
    "INSERT INTO recordings VALUES ('XYZ', 'n', 'p', 1, 1, '{}', 1)",
    "UPDATE recordings SET duration = -1", "UPDATE recordings SET facts = '{'",
    "UPDATE recordings SET byte_count = 'x'",
    "UPDATE transcripts SET recording = 'nobody'", "UPDATE transcripts SET language_probability = 2",
    "UPDATE segments SET \"end\" = start - 1", "UPDATE segments SET words = 'no'", "UPDATE segments SET position = -1",
    "INSERT INTO runs VALUES ('i', NULL, 'x', 1, 2, 'failed', NULL, '{}')",
    "INSERT INTO runs VALUES ('i', NULL, 'x', 1, 2, 'maybe', NULL, '{}')",
  ])
  func schema_refuses(sql: String) async throws {
    try await withLibrary { library in
      try await library.saveTranscript(.make(), of: .make(), folder: "f")
      await #expect(throws: CommentBotError.self) { try await library.write { try $0.execute(sql: sql) } }
    }
  }

  @Test func options_ofAnOlderVersion_haveDefaultsForWhatItDidNotKnow() throws {
    let options = try JSONText.decodeOptions(from: #"{"beamSize":3,"language":"fr","gone":true}"#)
    var expected = TranscriptionOptions()
    expected.beamSize = 3
    expected.language = "fr"
    #expect(options == expected)
  }

  /// Else every transcript that people have would be made again.
  @Test func options_thatAreNotGiven_areNotInTheKey() throws {
    let text = try JSONText.encode(TranscriptionOptions())
    let known = [
      #""bestOf":5"#,
      #""compressionRatioThreshold":2.4"#,
      #""conditionOnPreviousText":false"#,
      #""logprobThreshold":-1"#,
      #""noSpeechThreshold":0.6"#,
      #""task":"transcribe""#,
      #""temperature":0"#,
      #""temperatureIncrement":0.2"#,
      #""vadFilter":true"#,
      #""wordTimestamps":false"#,
    ]
    #expect(text == "{\(known.joined(separator: ","))}")
  }
}
