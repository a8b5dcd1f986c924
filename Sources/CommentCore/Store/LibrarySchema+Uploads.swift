/// Files on their way in, and word of jobs on its way out.
extension LibrarySchema {
  static let uploads = """
    -- Uploads that can be taken up again. How much is there tells the file; the hash is known when it is whole.
    CREATE TABLE uploads (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      owner TEXT NOT NULL CHECK (owner <> ''),
      name TEXT NOT NULL,
      length INTEGER NOT NULL CHECK (length > 0),
      metadata TEXT NOT NULL,
      order_fields TEXT CHECK (order_fields IS NULL OR json_valid(order_fields)),
      sha256 TEXT,
      job TEXT REFERENCES jobs (id) ON DELETE SET NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX uploads_by_audio ON uploads (owner, sha256) WHERE sha256 IS NOT NULL;
    CREATE INDEX uploads_by_expiry ON uploads (expires_at);
    CREATE INDEX uploads_by_job ON uploads (job) WHERE job IS NOT NULL;

    """

  static let webhooks = """
    -- Who is to be told of a job's end. Written with the end itself: none is forgotten, whoever ends the job.
    CREATE TABLE webhook_deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      url TEXT NOT NULL,
      event TEXT NOT NULL,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
      tries TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tries)),
      run_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX webhook_deliveries_ready ON webhook_deliveries (run_at) WHERE state = 'pending';
    CREATE INDEX webhook_deliveries_by_job ON webhook_deliveries (job, id);
    CREATE TRIGGER job_ended AFTER UPDATE OF state ON jobs
      WHEN new.state IN ('succeeded', 'failed', 'cancelled') AND old.state NOT IN ('succeeded', 'failed', 'cancelled')
        AND json_extract(new.params, '$.callbackURL') IS NOT NULL
    BEGIN
      INSERT INTO webhook_deliveries (job, url, event, run_at, created_at)
      VALUES (new.id, json_extract(new.params, '$.callbackURL'), 'job.' || new.state, new.finished_at, new.finished_at);
    END;
    """
}
