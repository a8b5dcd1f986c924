/// Who sees what, and what he finds.
extension LibrarySchema {
  static let owners = """
    -- Who may see a recording, and what he calls it. What was there before is the command line's.
    CREATE TABLE recording_owners (
      owner TEXT NOT NULL CHECK (owner <> ''),
      recording TEXT NOT NULL REFERENCES recordings (sha256) ON DELETE CASCADE,
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (owner, recording)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recording_owners_by_recording ON recording_owners (recording);
    CREATE INDEX recording_owners_by_time ON recording_owners (owner, created_at, recording);
    INSERT INTO recording_owners SELECT 'local', sha256, name, path, created_at FROM recordings;
    """

  static let beginnings = """
    -- Without them a search by a short beginning goes through every word of the index.
    DROP TABLE segments_fts;
    CREATE VIRTUAL TABLE segments_fts USING fts5 (
      text, content = 'segments', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3'
    );
    INSERT INTO segments_fts (segments_fts) VALUES ('rebuild');
    """
}
