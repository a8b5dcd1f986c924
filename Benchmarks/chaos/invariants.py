"""What is true of the queue and of what its jobs have made after every run."""

import collections
import hashlib
import json
import sqlite3

FINAL = ("succeeded", "failed", "cancelled")


def check(home, ids):
    """Returns the violations, and a line of figures."""
    db = sqlite3.connect(home / "bd/commentbot/commentbot.sqlite")
    db.row_factory = sqlite3.Row
    violations = []
    jobs = {row["id"]: row for row in db.execute("SELECT * FROM jobs")}
    violations += [f"{job}: nobody was told of it" for job in jobs if job not in ids]
    if len(set(ids)) != len(ids):
        violations.append("two requests were answered with one job")
    for job in ids:
        if job not in jobs:
            violations.append(f"{job}: lost")
            continue
        violations += [f"{job}: {text}" for text in check_job(db, home, jobs[job])]
    for row in db.execute("PRAGMA integrity_check"):
        if row[0] != "ok":
            violations.append(row[0])
    violations += [f"foreign key of {row[0]}" for row in db.execute("PRAGMA foreign_key_check")]
    try:
        db.execute("INSERT INTO segments_fts (segments_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.Error as error:
        violations.append(f"search index: {error}")
    states = collections.Counter(row["state"] for row in jobs.values())
    ends = collections.Counter(row[0] for row in db.execute('SELECT "end" FROM job_attempts'))
    return violations, f"states {dict(states)}, attempts {dict(ends)}"


def check_job(db, home, job):
    if job["state"] not in FINAL:
        yield f"not at its end: {job['state']}"
    if job["state"] == "failed" and json.loads(job["last_error"])["code"] == "input_missing":
        yield "its audio was not found"
    attempts = db.execute("SELECT * FROM job_attempts WHERE job = ? ORDER BY number", (job["id"],)).fetchall()
    ends = [attempt["end"] for attempt in attempts]
    if None in ends:
        yield f"an attempt without an end: {ends}"
    counted = sum(end not in ("snooze", "shutdown") for end in ends)
    if job["attempt"] != counted:
        yield f"{job['attempt']} attempts of {ends}"
    winners = [attempt["lease_id"] for attempt in attempts if attempt["end"] == "succeeded"]
    results = db.execute("SELECT * FROM job_results WHERE job = ?", (job["id"],)).fetchall()
    if job["state"] == "succeeded":
        if len(winners) != 1 or len(results) != 1 or results[0]["lease_id"] != winners[0]:
            yield f"{len(results)} results by {len(winners)} attempts"
        elif ends[-1] != "succeeded":
            yield f"ended by a stale worker: {ends}"
    elif winners or results:
        yield f"{job['state']} with a result"
    yield from check_events(db, job, attempts)
    for result in results:
        yield from check_result(db, home, job, json.loads(result["result"]))
    blob = home / "data/inbox" / job["audio_hash"][:2] / job["audio_hash"]
    if not blob.exists() or hashlib.sha256(blob.read_bytes()).hexdigest() != job["audio_hash"]:
        yield "its audio is not what it was"


def check_events(db, job, attempts):
    rows = db.execute("SELECT kind, data FROM job_events WHERE job = ? ORDER BY seq", (job["id"],)).fetchall()
    states = [json.loads(row["data"])["state"] for row in rows if row["kind"] == "state"]
    if not rows or rows[0]["kind"] != "state" or states[0] != "queued":
        yield "events do not begin with queued"
    if rows and (rows[-1]["kind"] != "state" or states[-1] != job["state"]):
        yield f"events do not end in {job['state']}: {states}"
    if sum(state in FINAL for state in states) != 1:
        yield f"not one end: {states}"
    if states.count("running") != len(attempts):
        yield f"{states.count('running')} times running in {len(attempts)} attempts"


def check_result(db, home, job, result):
    row = db.execute("SELECT * FROM transcripts WHERE key = ?", (result["transcriptKey"],)).fetchone()
    if row is None or row["recording"] != job["audio_hash"] or result["recording"] != job["audio_hash"]:
        yield "no such transcript"
        return
    try:
        written = json.loads((home / "data/transcripts" / row["folder"] / "transcript.json").read_text())
    except (OSError, ValueError) as error:
        yield f"transcript.json: {error}"
        return
    # The folder holds the transcript that was asked for last, which may be another job's.
    segments = db.execute(
        "SELECT s.text FROM segments s JOIN transcripts t ON t.id = s.transcript WHERE t.key = ? AND t.recording = ?"
        " ORDER BY s.position", (written["key"], row["recording"])).fetchall()
    if [s["text"] for s in written["segments"]] != [s["text"] for s in segments]:
        yield "transcript.json and the library do not agree"
