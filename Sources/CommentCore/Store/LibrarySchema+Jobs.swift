extension LibrarySchema {
  /// The queue. The states and what belongs to each are enforced here; ``Job/State`` draws them.
  static let jobs = """
    CREATE TABLE batches (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      owner TEXT NOT NULL CHECK (owner <> ''),
      name TEXT,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX batches_by_owner ON batches (owner, id);

    CREATE TABLE jobs (
      id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''),
      owner TEXT NOT NULL CHECK (owner <> ''),
      kind TEXT NOT NULL CHECK (kind IN ('process', 'comment')),
      params TEXT NOT NULL CHECK (json_valid(params)),
      audio_hash TEXT NOT NULL CHECK (length(audio_hash) = 64 AND audio_hash NOT GLOB '*[^0-9a-f]*'),
      unique_key TEXT NOT NULL CHECK (unique_key <> ''),
      state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
      priority INTEGER NOT NULL,
      -- Its turn among its owner's jobs: what all owners have at the same turn goes before what any has at the next.
      vstart INTEGER NOT NULL,
      -- Waiting for a retry is being queued with a later time.
      run_at INTEGER NOT NULL,
      attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
      max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
      crashes INTEGER NOT NULL DEFAULT 0 CHECK (crashes >= 0),
      max_crashes INTEGER NOT NULL DEFAULT 3 CHECK (max_crashes > 0),
      lease_id TEXT,
      lease_owner TEXT,
      -- Grows with each heartbeat. Its time is for people only: clocks jump.
      hb INTEGER NOT NULL DEFAULT 0,
      hb_at INTEGER,
      cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
      stage TEXT,
      progress REAL NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
      last_error TEXT CHECK (last_error IS NULL OR json_valid(last_error)),
      created_at INTEGER NOT NULL,
      finished_at INTEGER,
      CHECK ((state = 'running') = (lease_id IS NOT NULL)),
      CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
      CHECK (state <> 'failed' OR last_error IS NOT NULL)
    ) STRICT;
    CREATE UNIQUE INDEX jobs_unique ON jobs (unique_key) WHERE state IN ('queued', 'running', 'succeeded');
    -- With all that a claim asks for, so that those that wait for a retry are passed over without a look at their rows.
    CREATE INDEX jobs_ready ON jobs (priority DESC, vstart, id, run_at, state) WHERE state = 'queued';
    CREATE INDEX jobs_waiting ON jobs (run_at) WHERE state = 'queued';
    CREATE INDEX jobs_active ON jobs (owner, vstart) WHERE state IN ('queued', 'running');
    CREATE INDEX jobs_by_owner ON jobs (owner, id, state);
    CREATE INDEX jobs_by_state ON jobs (state, id);
    CREATE INDEX jobs_by_audio ON jobs (audio_hash, id);
    CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL;

    -- The last turn that was handed out.
    CREATE TABLE job_turn (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      vstart INTEGER NOT NULL
    ) STRICT;
    INSERT INTO job_turn VALUES (1, 0);

    -- A job that was there already belongs to the batch too that it was submitted with again.
    CREATE TABLE batch_jobs (
      batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      PRIMARY KEY (batch, job)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX batch_jobs_by_job ON batch_jobs (job, batch);

    CREATE TABLE idempotency (
      owner TEXT NOT NULL,
      key TEXT NOT NULL,
      request_hash TEXT NOT NULL,
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      created_at INTEGER NOT NULL,
      PRIMARY KEY (owner, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_by_job ON idempotency (job);

    CREATE TABLE job_attempts (
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL CHECK (number > 0),
      lease_id TEXT NOT NULL UNIQUE,
      worker TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER,
      "end" TEXT CHECK ("end" IN ('succeeded', 'failed', 'retry', 'snooze', 'shutdown', 'cancelled', 'expired')),
      error TEXT CHECK (error IS NULL OR json_valid(error)),
      PRIMARY KEY (job, number),
      CHECK ((ended_at IS NULL) = ("end" IS NULL))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE job_results (
      job TEXT NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
      lease_id TEXT NOT NULL,
      result TEXT NOT NULL CHECK (json_valid(result)),
      created_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Numbers are never used again: streams go on after the last one that was seen.
    CREATE TABLE job_events (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('state', 'stage', 'progress', 'segment', 'comment', 'notice')),
      data TEXT NOT NULL CHECK (json_valid(data)),
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX job_events_by_job ON job_events (job, seq);
    """

  static let openJobs = """
    -- With the state, so that an owner's open jobs are counted without a look at their rows.
    DROP INDEX jobs_active;
    CREATE INDEX jobs_open ON jobs (owner, vstart, state) WHERE state IN ('queued', 'running');
    """
}
