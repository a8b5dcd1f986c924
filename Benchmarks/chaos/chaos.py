"""The real binary under SIGKILL and SIGSTOP: see run.sh."""

import argparse
import hashlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import invariants

PLACES = [
    "in-claim", "after-claim", "before-decode", "after-decode", "before-window", "after-window", "before-store",
    "in-store", "after-store", "before-comment", "after-comment", "before-heartbeat", "before-commit", "in-commit",
    "after-commit",
]
OPTIONS = (
    '{"kinds":["quotes"],"transcription":{"bestOf":5,"compressionRatioThreshold":2.4,'
    '"conditionOnPreviousText":false,"language":"en","logprobThreshold":-1,"noSpeechThreshold":0.6,"task":"transcribe",'
    '"temperature":0,"temperatureIncrement":0.2,"vadFilter":true,"wordTimestamps":%s}}'
)


def prompts(folder, count, rng):
    """Spoken prompts of one to six seconds: 8 kHz, 16 bit."""
    files = sorted(p for p in pathlib.Path(folder).rglob("*.wav") if 16_000 < p.stat().st_size < 96_000)
    if not files:
        sys.exit(f"no prompts in {folder}; apt-get install asterisk-core-sounds-en-wav")
    rng.shuffle(files)
    unique = {hashlib.sha256(f.read_bytes()).hexdigest(): f for f in files}
    return list(unique.items())[:count]


class Chaos:
    def __init__(self, options):
        self.options = options
        self.rng = random.Random(options.seed)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="commentbot-chaos-"))
        for name in ("bd", "data/inbox"):
            (self.home / name).mkdir(parents=True)
        (self.home / "data/models").symlink_to(pathlib.Path("data/models").resolve())
        self.database = self.home / "bd/commentbot/commentbot.sqlite"
        self.workers = []
        self.kills = self.failpoint_kills = self.stops = 0

    def environment(self):
        """Few enough kills that most jobs come through, and stops where they hurt most."""
        points = [f"{place}=kill:{self.options.share}" for place in PLACES if place != "before-commit"]
        points.append(f"before-commit=stop:{0.3 if self.options.no_fence else 0.1}")
        environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "COMMENTBOT_HOME": str(self.home),
            "COMMENTBOT_LLM_ENGINE": "none", "COMMENTBOT_FAILPOINTS": ";".join(points),
        }
        if self.options.no_fence:
            environment["COMMENTBOT_UNSAFE_NO_FENCE"] = "1"
        return environment

    def start(self):
        log = open(self.home / "workers.log", "ab")
        self.workers.append({
            "stopped": None,
            "process": subprocess.Popen(
                [self.options.binary, "worker", "--lease", str(self.options.lease), "--threads", "1"],
                env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log),
        })

    def submit(self):
        while not (self.database.exists() and self.has_tables()):
            time.sleep(0.05)
        # Several owners want each recording, one after the other or at the same time, half of them with the words' times.
        audio = prompts(self.options.sounds, self.options.recordings, self.rng)
        owners = -(-self.options.jobs // len(audio))
        orders = [(h, f, owner) for owner in range(owners) for h, f in audio]
        self.rng.shuffle(orders)
        db = sqlite3.connect(self.database, timeout=30, isolation_level=None)
        ids = []
        for number, (digest, file, owner) in enumerate(orders[: self.options.jobs]):
            inbox = self.home / "data/inbox" / digest
            if not inbox.exists():
                shutil.copyfile(file, inbox)
            job = f"{int(time.time() * 1000):012x}-{number:08d}"
            order = '{"name":"%s","audioHash":"%s","byteCount":%d,"options":%s}' % (
                file.name, digest, file.stat().st_size, OPTIONS % ("true" if owner % 2 else "false"))
            db.execute("BEGIN IMMEDIATE")
            db.execute(
                "INSERT INTO jobs (id, owner, kind, params, audio_hash, unique_key, state, priority, vstart, run_at,"
                " max_attempts, created_at) VALUES (?, ?, 'process', ?, ?, ?, 'queued', 0, ?, 0, 20, ?)",
                (job, f"owner{owner}", order, digest, job, number // owners, int(time.time() * 1000)))
            db.execute(
                "INSERT INTO job_events (job, kind, data, created_at) VALUES (?, 'state', '{\"state\":\"queued\"}', 0)",
                (job,))
            db.execute("COMMIT")
            ids.append(job)
        db.close()
        return ids

    def has_tables(self):
        try:
            with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as db:
                return db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'job_events'").fetchone()[0] == 1
        except sqlite3.Error:
            return False

    def disturb(self):
        for worker in self.workers:
            process = worker["process"]
            if process.poll() is not None:
                if process.returncode == -signal.SIGKILL and not worker.get("killed"):
                    self.failpoint_kills += 1
                continue
            with open(f"/proc/{process.pid}/stat") as stat:
                state = stat.read().rsplit(")", 1)[1].split()[0]
            now = time.monotonic()
            if state == "T":
                if worker["stopped"] is None:
                    self.stops += 1
                    worker["stopped"] = now + self.options.lease * self.rng.uniform(1.7, 3)
                elif now > worker["stopped"]:
                    worker["stopped"] = None
                    process.send_signal(signal.SIGCONT)
            elif self.rng.random() < self.options.rate:
                worker["killed"] = True
                self.kills += 1
                process.kill()
            elif self.rng.random() < self.options.rate:
                process.send_signal(signal.SIGSTOP)
        self.workers = [w for w in self.workers if w["process"].poll() is None]
        while len(self.workers) < self.options.workers:
            self.start()

    def run(self):
        for _ in range(self.options.workers):
            self.start()
        ids = self.submit()
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        begun = told = time.monotonic()
        while True:
            states = dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state"))
            if not states.get("queued") and not states.get("running"):
                break
            if time.monotonic() - begun > self.options.limit:
                print("the time is over")
                break
            if time.monotonic() - told > 30:
                told = time.monotonic()
                print(f"  {told - begun:.0f} s: {states}", flush=True)
            self.disturb()
            time.sleep(0.05)
        # Those that stand still wake up and must not change anything either.
        for worker in self.workers:
            worker["process"].send_signal(signal.SIGCONT)
        deadline = time.monotonic() + 3 * self.options.lease + 3
        while time.monotonic() < deadline:
            for worker in self.workers:
                if worker["process"].poll() is None:
                    worker["process"].send_signal(signal.SIGCONT)
            time.sleep(0.1)
        for worker in self.workers:
            worker["process"].send_signal(signal.SIGTERM)
        for worker in self.workers:
            worker["process"].wait()
        db.close()
        print(
            f"{len(ids)} jobs in {time.monotonic() - begun:.0f} s, {self.kills} SIGKILLs from outside, "
            f"{self.failpoint_kills} at failpoints, {self.stops} SIGSTOPs longer than the lease of {self.options.lease} s")
        return ids


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--recordings", type=int, default=50, help="each is transcribed twice, and wanted by many")
    parser.add_argument("--workers", type=int, default=4, help="processes")
    parser.add_argument("--lease", type=float, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--share", type=float, default=0.006, help="of passages that kill, at each failpoint")
    parser.add_argument("--rate", type=float, default=0.001, help="chance of a signal from outside, every 50 ms")
    parser.add_argument("--limit", type=float, default=7200, help="seconds")
    parser.add_argument("--sounds", default="/usr/share/asterisk/sounds/en_US_f_Allison")
    parser.add_argument("--no-fence", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}, fence {'off' if options.no_fence else 'on'}", flush=True)
    chaos = Chaos(options)
    ids = chaos.run()
    violations, figures = invariants.check(chaos.home, ids)
    print(figures)
    for violation in violations[:20]:
        print(f"  VIOLATION {violation}")
    print(f"{len(violations)} violations")
    if options.keep or bool(violations) != options.no_fence:
        print(f"kept: {chaos.home}")
    else:
        shutil.rmtree(chaos.home)
    # Without the fence, a run that finds nothing shows that the checks see nothing.
    sys.exit(0 if bool(violations) == options.no_fence else 1)


if __name__ == "__main__":
    main()
