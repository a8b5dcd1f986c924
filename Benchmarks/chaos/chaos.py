"""The real binary under SIGKILL and SIGSTOP: see run.sh."""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import invariants

PLACES = [
    "in-claim", "after-claim", "before-decode", "after-decode", "before-window", "after-window", "before-store",
    "in-store", "after-store", "before-comment", "after-comment", "before-heartbeat", "before-commit", "in-commit",
    "after-commit",
]
def prompts(folder, count, rng):
    """Spoken prompts of one to six seconds: 8 kHz, 16 bit."""
    files = sorted(p for p in pathlib.Path(folder).rglob("*.wav") if 16_000 < p.stat().st_size < 96_000)
    if not files:
        sys.exit(f"no prompts in {folder}; apt-get install asterisk-core-sounds-en-wav")
    rng.shuffle(files)
    unique = {hashlib.sha256(f.read_bytes()).hexdigest(): f for f in files}
    return list(unique.items())[:count]


def stands_still(process):
    with open(f"/proc/{process.pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


class Server:
    """`commentbot serve` with workers of its own, which comes back on another port whenever it was killed."""

    def __init__(self, options, home, environment):
        self.options, self.home, self.environment = options, home, environment
        self.kills = self.failpoint_kills = self.stops = 0
        self.ends_at = None
        self.start()

    def start(self):
        log = open(self.home / "server.log", "ab")
        self.process = subprocess.Popen(
            [self.options.binary, "serve", "--port", "0", "--workers", str(self.options.serve_workers), "--log-level", "error"],
            env=self.environment | {"COMMENTBOT_JOBS_LEASE": str(self.options.lease), "COMMENTBOT_THREADS": "1"},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        words = self.process.stdout.readline().decode().split()
        if not words:
            sys.exit(f"the server did not start: {(self.home / 'server.log').read_text()[-2000:]}")
        self.address = urllib.parse.urlparse(words[-1]).netloc

    def disturb(self, rng):
        now = time.monotonic()
        if self.process.poll() is not None:
            # Its own worker came to a failpoint.
            self.failpoint_kills += 1
            self.ends_at = None
            self.start()
        elif self.ends_at is None and stands_still(self.process):
            self.stops += 1
            self.ends_at = now + self.options.lease * rng.uniform(1.7, 3)
        elif self.ends_at is not None:
            if now > self.ends_at:
                self.ends_at = None
                self.process.send_signal(signal.SIGCONT)
        elif rng.random() < self.options.server_rate:
            self.kills += 1
            self.process.kill()
            self.process.wait()
            self.start()
        elif rng.random() < self.options.server_rate / 2:
            self.stops += 1
            self.ends_at = now + rng.uniform(0.5, 4)
            self.process.send_signal(signal.SIGSTOP)

    def submit(self, file, key, word_times, name):
        """Asks until it is answered; the server may have taken the job before it died."""
        fields = {"kinds": "quotes", "language": "en", "word_timestamps": word_times}
        body = b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items())
        body += f'--x\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
        body += file.read_bytes() + b"\r\n--x--\r\n"
        headers = {
            "Authorization": f"Bearer {key}", "Idempotency-Key": name, "Content-Type": "multipart/form-data; boundary=x"}
        while True:
            try:
                connection = http.client.HTTPConnection(self.address, timeout=5)
                connection.request("POST", "/v1/jobs", body, headers)
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if answer.status in (429, 503):
                time.sleep(0.5)
                continue
            if answer.status != 202:
                raise RuntimeError(f"{name}: {answer.status} {text.decode()}")
            return json.loads(text)["id"]

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


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
            "COMMENTBOT_SERVE_KEY_LIMIT": "0",
        }
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
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

    def orders(self):
        """Several owners want each recording, one after the other or at the same time, half of them with the words' times."""
        audio = prompts(self.options.sounds, self.options.recordings, self.rng)
        owners = -(-self.options.jobs // len(audio))
        orders = [(file, owner) for owner in range(owners) for _, file in audio]
        self.rng.shuffle(orders)
        return orders[: self.options.jobs]

    def submit(self, server, orders, ids):
        """As clients do, who go on asking while the server is killed and stopped."""
        try:
            for number, (file, owner) in enumerate(orders):
                ids.append(server.submit(file, self.keys[owner], "true" if owner % 2 else "false", f"job-{number}"))
        except RuntimeError as error:
            self.refused = str(error)

    def key(self, owner):
        return subprocess.run(
            [self.options.binary, "keys", "create", "--owner", f"owner{owner}"], env=self.environment(), check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()

    def disturb(self):
        for worker in self.workers:
            process = worker["process"]
            if process.poll() is not None:
                if process.returncode == -signal.SIGKILL and not worker.get("killed"):
                    self.failpoint_kills += 1
                continue
            now = time.monotonic()
            if stands_still(process):
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
        orders = self.orders()
        self.keys = {owner: self.key(owner) for owner in {owner for _, owner in orders}}
        self.refused = None
        server = Server(self.options, self.home, self.environment())
        for _ in range(self.options.workers):
            self.start()
        ids = []
        clients = threading.Thread(target=self.submit, args=(server, orders, ids), daemon=True)
        clients.start()
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        begun = told = time.monotonic()
        while True:
            states = dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state"))
            if not clients.is_alive() and not states.get("queued") and not states.get("running"):
                break
            if time.monotonic() - begun > self.options.limit:
                print("the time is over")
                break
            if time.monotonic() - told > 30:
                told = time.monotonic()
                print(f"  {told - begun:.0f} s: {states}", flush=True)
            self.disturb()
            server.disturb(self.rng)
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
        server.stop()
        db.close()
        if self.refused:
            print(f"refused: {self.refused}")
        print(
            f"{len(ids)} jobs in {time.monotonic() - begun:.0f} s, {self.kills} SIGKILLs from outside, "
            f"{self.failpoint_kills} at failpoints, {self.stops} SIGSTOPs longer than the lease of {self.options.lease} s; "
            f"the server: {server.kills} SIGKILLs from outside, {server.failpoint_kills} at failpoints, {server.stops} SIGSTOPs")
        return ids


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--recordings", type=int, default=50, help="each is transcribed twice, and wanted by many")
    parser.add_argument("--workers", type=int, default=4, help="processes")
    parser.add_argument("--serve-workers", type=int, default=1, help="workers within the server")
    parser.add_argument("--lease", type=float, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--share", type=float, default=0.006, help="of passages that kill, at each failpoint")
    parser.add_argument("--rate", type=float, default=0.001, help="chance of a signal from outside, every 50 ms")
    parser.add_argument("--server-rate", type=float, default=0.01, help="chance that the server is killed, every 50 ms")
    parser.add_argument("--limit", type=float, default=7200, help="seconds")
    parser.add_argument("--sounds", default="/usr/share/asterisk/sounds/en_US_f_Allison")
    parser.add_argument("--no-fence", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    print(f"seed {options.seed}, fence {'off' if options.no_fence else 'on'}", flush=True)
    chaos = Chaos(options)
    ids = chaos.run()
    violations, figures = invariants.check(chaos.home, ids)
    if len(ids) != options.jobs:
        violations.append(f"{len(ids)} of {options.jobs} jobs were accepted")
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
