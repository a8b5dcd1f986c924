import GRDB

/// The tables. Migrations are appended and never changed: databases that people have were made by them.
///
/// Times of the clock are milliseconds since 1970, times in audio are seconds.
enum LibrarySchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("recordings, transcripts and comments") { try $0.execute(sql: recordings) }
    migrator.registerMigration("search in segments") { try $0.execute(sql: search) }
    migrator.registerMigration("checkpoints and runs") { try $0.execute(sql: runs) }
    migrator.registerMigration("channels and languages") { try $0.execute(sql: channels) }
    migrator.registerMigration("proof of comments") { try $0.execute(sql: proof) }
    migrator.registerMigration("answers of comments") { try $0.execute(sql: answers) }
    migrator.registerMigration("cuts in comments") { try $0.execute(sql: cuts) }
    migrator.registerMigration("estimates of tokens") { try $0.execute(sql: tokenEstimates) }
    migrator.registerMigration("jobs") { try $0.execute(sql: jobs) }
    migrator.registerMigration("keys of the API") { try $0.execute(sql: apiKeys) }
    migrator.registerMigration("owners of recordings") { try $0.execute(sql: owners) }
    migrator.registerMigration("search by beginnings") { try $0.execute(sql: beginnings) }
    migrator.registerMigration("uploads and webhooks") { try $0.execute(sql: uploads + webhooks) }
    migrator.registerMigration("open jobs counted in their index") { try $0.execute(sql: openJobs) }
    return migrator
  }

  private static let recordings = """
    CREATE TABLE recordings (
      sha256 TEXT NOT NULL PRIMARY KEY CHECK (length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*'),
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      byte_count INTEGER NOT NULL CHECK (byte_count >= 0),
      duration REAL NOT NULL CHECK (duration >= 0),
      facts TEXT NOT NULL CHECK (json_valid(facts)),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX recordings_by_name ON recordings (name);

    CREATE TABLE transcripts (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (key <> ''),
      recording TEXT NOT NULL REFERENCES recordings (sha256) ON DELETE CASCADE,
      language TEXT NOT NULL,
      language_probability REAL CHECK (language_probability BETWEEN 0 AND 1),
      duration REAL NOT NULL CHECK (duration >= 0),
      engine TEXT NOT NULL,
      model TEXT NOT NULL,
      options TEXT NOT NULL CHECK (json_valid(options)),
      dropped TEXT NOT NULL CHECK (json_valid(dropped)),
      folder TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX transcripts_by_recording ON transcripts (recording, id);

    -- Figures of the engine are NULL where it gave no number.
    CREATE TABLE segments (
      id INTEGER PRIMARY KEY,
      transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
      position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 1048575),
      start REAL NOT NULL CHECK (start >= 0),
      "end" REAL NOT NULL CHECK ("end" >= start),
      text TEXT NOT NULL,
      language TEXT,
      speaker TEXT,
      tokens TEXT NOT NULL CHECK (json_valid(tokens)),
      temperature REAL,
      avg_logprob REAL,
      compression_ratio REAL,
      no_speech_prob REAL,
      words TEXT CHECK (words IS NULL OR json_valid(words))
    ) STRICT;
    CREATE INDEX segments_by_transcript ON segments (transcript);

    CREATE TABLE comments (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE CHECK (key <> ''),
      transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind <> ''),
      engine TEXT NOT NULL,
      model TEXT NOT NULL,
      is_weak INTEGER NOT NULL CHECK (is_weak IN (0, 1)),
      prompt_digest TEXT NOT NULL,
      coverage REAL NOT NULL CHECK (coverage BETWEEN 0 AND 1),
      prompt_tokens INTEGER NOT NULL CHECK (prompt_tokens >= 0),
      output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
      seconds REAL NOT NULL CHECK (seconds >= 0),
      items TEXT NOT NULL CHECK (json_valid(items)),
      created_at INTEGER NOT NULL,
      UNIQUE (transcript, kind)
    ) STRICT;
    """

  private static let search = """
    CREATE VIRTUAL TABLE segments_fts USING fts5 (
      text, content = 'segments', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
    );
    CREATE TRIGGER segments_inserted AFTER INSERT ON segments BEGIN
      INSERT INTO segments_fts (rowid, text) VALUES (new.id, new.text);
    END;
    CREATE TRIGGER segments_deleted AFTER DELETE ON segments BEGIN
      INSERT INTO segments_fts (segments_fts, rowid, text) VALUES ('delete', old.id, old.text);
    END;
    CREATE TRIGGER segments_updated AFTER UPDATE OF id, text ON segments BEGIN
      INSERT INTO segments_fts (segments_fts, rowid, text) VALUES ('delete', old.id, old.text);
      INSERT INTO segments_fts (rowid, text) VALUES (new.id, new.text);
    END;
    """

  private static let runs = """
    -- Windows of transcripts that are not finished.
    CREATE TABLE transcription_windows (
      transcript_key TEXT NOT NULL CHECK (transcript_key <> ''),
      start REAL NOT NULL CHECK (start >= 0),
      "end" REAL NOT NULL CHECK ("end" > start),
      recording TEXT NOT NULL REFERENCES recordings (sha256) ON DELETE CASCADE,
      window TEXT NOT NULL CHECK (json_valid(window)),
      created_at INTEGER NOT NULL,
      PRIMARY KEY (transcript_key, start)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX transcription_windows_by_recording ON transcription_windows (recording);

    -- What was done to which input; recording is NULL when it failed before the recording was known.
    CREATE TABLE runs (
      id TEXT NOT NULL PRIMARY KEY,
      recording TEXT REFERENCES recordings (sha256) ON DELETE CASCADE,
      input TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      finished_at INTEGER NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'failed', 'cancelled')),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      report TEXT NOT NULL CHECK (json_valid(report)),
      CHECK (outcome <> 'failed' OR error IS NOT NULL)
    ) STRICT;
    CREATE INDEX runs_by_recording ON runs (recording, started_at);
    """

  private static let channels = """
    -- A key column more: SQLite needs a new table for that.
    ALTER TABLE transcription_windows RENAME TO mixed_windows;
    DROP INDEX transcription_windows_by_recording;
    CREATE TABLE transcription_windows (
      transcript_key TEXT NOT NULL CHECK (transcript_key <> ''),
      channel INTEGER NOT NULL CHECK (channel >= 0),
      start REAL NOT NULL CHECK (start >= 0),
      "end" REAL NOT NULL CHECK ("end" > start),
      recording TEXT NOT NULL REFERENCES recordings (sha256) ON DELETE CASCADE,
      window TEXT NOT NULL CHECK (json_valid(window)),
      created_at INTEGER NOT NULL,
      PRIMARY KEY (transcript_key, channel, start)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO transcription_windows
      SELECT transcript_key, 0, start, "end", recording, window, created_at FROM mixed_windows;
    DROP TABLE mixed_windows;
    CREATE INDEX transcription_windows_by_recording ON transcription_windows (recording);

    -- The most likely languages; NULL when the language was given.
    ALTER TABLE transcripts ADD COLUMN languages TEXT CHECK (languages IS NULL OR json_valid(languages));
    """

  private static let proof = """
    ALTER TABLE comments ADD COLUMN title TEXT NOT NULL DEFAULT '';
    ALTER TABLE comments ADD COLUMN layout TEXT NOT NULL DEFAULT 'list';
    ALTER TABLE comments ADD COLUMN method TEXT NOT NULL DEFAULT 'model' CHECK (method IN ('model', 'extractive'));
    ALTER TABLE comments ADD COLUMN evaluated_tokens INTEGER CHECK (evaluated_tokens >= 0);
    ALTER TABLE comments ADD COLUMN unproven TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(unproven));
    UPDATE comments SET title = upper(substr(kind, 1, 1)) || replace(substr(kind, 2), '-', ' '),
      layout = iif(kind = 'summary', 'text', 'list');

    -- Answers of a model for comments that are not finished.
    CREATE TABLE comment_answers (
      transcript INTEGER NOT NULL REFERENCES transcripts (id) ON DELETE CASCADE,
      key TEXT NOT NULL CHECK (key <> ''),
      kind TEXT NOT NULL,
      answer TEXT NOT NULL CHECK (json_valid(answer)),
      created_at INTEGER NOT NULL,
      PRIMARY KEY (transcript, key)
    ) STRICT, WITHOUT ROWID;
    """

  private static let answers = """
    ALTER TABLE comments ADD COLUMN answers INTEGER NOT NULL DEFAULT 0 CHECK (answers >= 0);
    ALTER TABLE comments ADD COLUMN unusable_answers INTEGER NOT NULL DEFAULT 0 CHECK (unusable_answers >= 0);
    """

  private static let cuts = """
    ALTER TABLE comments ADD COLUMN cut_answers INTEGER NOT NULL DEFAULT 0 CHECK (cut_answers >= 0);
    ALTER TABLE comments ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0 CHECK (left_out >= 0);
    """

  private static let tokenEstimates = """
    -- How many tokens texts have for models whose tokenizers are out of reach, as their servers' counts tell.
    CREATE TABLE token_estimates (
      engine TEXT NOT NULL,
      model TEXT NOT NULL,
      digest TEXT NOT NULL,
      estimate TEXT NOT NULL CHECK (json_valid(estimate)),
      PRIMARY KEY (engine, model, digest)
    ) STRICT, WITHOUT ROWID;
    """

  private static let apiKeys = """
    -- Keys are never deleted: that there were some keeps the service closed.
    CREATE TABLE api_keys (
      id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 16 AND id NOT GLOB '*[^0-9a-f]*'),
      digest BLOB NOT NULL CHECK (length(digest) = 32),
      owner TEXT NOT NULL CHECK (owner <> ''),
      name TEXT NOT NULL,
      scopes TEXT NOT NULL CHECK (json_valid(scopes)),
      created_at INTEGER NOT NULL,
      revoked_at INTEGER
    ) STRICT, WITHOUT ROWID;
    """
}
