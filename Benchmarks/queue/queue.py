"""Latencies of a long queue and memory of the server: see run.sh."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

SEGMENTS = 10_000
TURNS = 200
CLAIMS = 30


class Service:
    """`commentbot serve` on a home of its own, driven over one connection."""

    def __init__(self, **environment):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="commentbot-queue-"))
        (self.home / "bd").mkdir()
        (self.home / "data").mkdir()
        (self.home / "data/models").symlink_to(pathlib.Path("data/models").resolve())
        self.environment = os.environ | {"COMMENTBOT_HOME": str(self.home)} | environment
        self.database = self.home / "bd/commentbot/commentbot.sqlite"
        self.key = self.run("keys", "create", "--owner", "most").strip()
        self.log = open(self.home / "log", "wb")
        self.process = subprocess.Popen(
            [os.environ["COMMENTBOT"], "serve", "--port", "0", "--workers", "0", "--log-level", "error"],
            env=self.environment, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode().split()
        if not line:
            sys.exit((self.home / "log").read_text())
        self.url = line[-1]
        self.address = urllib.parse.urlparse(self.url)
        self.connection = http.client.HTTPConnection(self.address.netloc)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        shutil.rmtree(self.home)

    def run(self, *arguments):
        return subprocess.run(
            [os.environ["COMMENTBOT"], *arguments], env=self.environment, check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True).stdout

    def ask(self, method, path, body=None, status=(200, 202)):
        """The answer, and the milliseconds until it was there."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        elif body is not None:
            headers["Content-Type"] = "multipart/form-data; boundary=x"
        begun = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        taken = (time.perf_counter() - begun) * 1000
        if answer.status not in status:
            sys.exit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text[:1] == b"{" else text, taken

    def send_audio(self):
        body = (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + os.urandom(1000)
                + b"\r\n--x--\r\n")
        return self.ask("POST", "/v1/jobs", body)[0]["audio_hash"]

    def submit(self, count):
        """Jobs on one recording that differ in what is asked for."""
        digest = self.send_audio()
        return digest, [
            self.ask("POST", "/v1/jobs", {"audio_hash": digest, "instructions": f"{n}"})[0]["id"] for n in range(count - 1)]

    def resident(self, field="VmRSS"):
        """Megabytes."""
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024

    def claims(self, count):
        """Milliseconds from claim to claim, of a worker whose jobs end at once because their audio is gone."""
        with open(self.home / "worker.log", "ab") as log:
            worker = subprocess.Popen(
                [os.environ["COMMENTBOT"], "worker"], env=self.environment, stdout=log, stderr=log)
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        before = db.execute("SELECT count(*) FROM job_attempts").fetchone()[0]
        while db.execute("SELECT count(*) FROM job_attempts").fetchone()[0] < before + count:
            time.sleep(0.005)
        worker.send_signal(signal.SIGTERM)
        worker.wait()
        times = [row[0] for row in db.execute(
            "SELECT started_at FROM job_attempts ORDER BY started_at LIMIT -1 OFFSET ?", (before,))]
        return [b - a for a, b in zip(times, times[1:])]


def latency():
    small, large = Service(), Service()
    with contextlib.ExitStack() as stack:
        services = {100: small, 10_000: large}
        queued = {}
        for count, service in services.items():
            stack.callback(service.close)
            subprocess.run(
                [sys.executable, "Benchmarks/search/search.py", "load", str(service.database), str(SEGMENTS)], check=True,
                stdout=subprocess.DEVNULL)
            digest, queued[count] = service.submit(count)
            (service.home / "data/inbox" / digest[:2] / digest).unlink()
        for service in services.values():
            # One that was idle for long is closed by the server.
            service.connection.close()
        tasks = {
            "list 50": lambda s, ids, n: s.ask("GET", "/v1/jobs?limit=50")[1],
            "list 50 queued": lambda s, ids, n: s.ask("GET", "/v1/jobs?limit=50&state=queued")[1],
            "get": lambda s, ids, n: s.ask("GET", f"/v1/jobs/{ids[n * 7 % len(ids)]}")[1],
            "cancel": lambda s, ids, n: s.ask("DELETE", f"/v1/jobs/{ids[n * 7 % len(ids)]}")[1],
            # Each is cancelled before, so that the queue stays as long as it is.
            "retry": lambda s, ids, n: (s.ask("DELETE", f"/v1/jobs/{ids[n * 7 % len(ids)]}"),
                                        s.ask("POST", f"/v1/jobs/{ids[n * 7 % len(ids)]}/retry"))[1][1],
            "search": lambda s, ids, n: s.ask("GET", "/v1/search?q=" + "kato mi ren sol par".split()[n % 5])[1],
        }
        for name, task in tasks.items():
            times = {count: [] for count in services}
            for turn in range(TURNS):
                for count, service in services.items():
                    times[count].append(task(service, queued[count], turn))
                    if name == "cancel":
                        service.ask("POST", f"/v1/jobs/{queued[count][turn * 7 % len(queued[count])]}/retry")
            tell(name, times)
        times = {count: [] for count in services}
        for _ in range(3):
            for count, service in services.items():
                times[count] += service.claims(CLAIMS)
        tell("claim to claim", times)


def tell(name, times):
    def of(values, share):
        return sorted(values)[min(len(values) - 1, int(len(values) * share))]
    few, many = times.values()
    print(
        f"{name:15} 100 jobs: p50 {statistics.median(few):6.2f} p99 {of(few, .99):6.2f} ms   "
        f"10,000: p50 {statistics.median(many):6.2f} p99 {of(many, .99):6.2f} ms   "
        f"ratio of p50 {statistics.median(many) / max(statistics.median(few), .001):.2f}", flush=True)


def memory():
    service = Service()
    with contextlib.ExitStack() as stack:
        stack.callback(service.close)
        _, ids = service.submit(200)
        paths = ["/v1/jobs?limit=50", f"/v1/jobs/{ids[0]}", "/v1/search?q=kato", "/v1/jobs/none", "/v1/models", "/metrics"]
        done = 0
        for target in (2_000, 4_000, 6_000, 8_000, 10_000):
            while done < target:
                service.ask("GET", paths[done % len(paths)], status=(200, 404))
                done += 1
            print(f"after {done:6} requests: {service.resident():.1f} MB", flush=True)
        for turn in range(1, 4):
            clients = []
            for n in range(1000):
                client = socket.create_connection((service.address.hostname, service.address.port))
                client.sendall(
                    f"GET /v1/jobs/{ids[n % len(ids)]}/events HTTP/1.1\r\nHost: {service.address.netloc}\r\n"
                    f"Authorization: Bearer {service.key}\r\n\r\n".encode())
                clients.append(client)
            for client in clients:
                if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                    sys.exit("a client of events was refused")
            print(f"with 1,000 clients of events, round {turn}: {service.resident():.1f} MB", flush=True)
            for client in clients:
                client.close()
            # It notices when it writes to them.
            while len(os.listdir(f"/proc/{service.process.pid}/fd")) > 50:
                time.sleep(0.1)
            print(f"after they have gone: {service.resident():.1f} MB", flush=True)


def upload(count):
    service = Service(COMMENTBOT_JOBS_MAX_BYTES=str(count + 1))
    with contextlib.ExitStack() as stack:
        stack.callback(service.close)
        service.send_audio()
        before = service.resident()
        curl = subprocess.Popen(
            ["curl", "--silent", "--show-error", "--fail-with-body", "--request", "POST", "--upload-file", "-", "--header",
             "Content-Type: multipart/form-data; boundary=x", "--config",
             str(write_key(service)), service.url + "/v1/jobs"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        begun = time.monotonic()
        curl.stdin.write(b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n')
        piece, left = os.urandom(1 << 20), count
        while left > 0:
            curl.stdin.write(piece[:left])
            left -= len(piece[:left])
        curl.stdin.write(b"\r\n--x--\r\n")
        curl.stdin.close()
        answer = json.loads(curl.stdout.read())
        if curl.wait() != 0 or answer.get("bytes") != count:
            sys.exit(f"not taken: {answer}")
        taken = time.monotonic() - begun
        print(
            f"{count} bytes in {taken:.1f} s ({count / taken / 1e6:.0f} MB/s); resident before {before:.1f} MB, "
            f"at the most {service.resident('VmHWM'):.1f} MB")


def write_key(service):
    """The key for curl, which is not to stand on a command line."""
    file = service.home / "curl"
    file.write_text(f'header = "Authorization: Bearer {service.key}"\n')
    return file


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["latency"]:
            latency()
        case ["memory"]:
            memory()
        case ["upload", *bytes_]:
            upload(int(bytes_[0]) if bytes_ else 4 << 30)
        case _:
            sys.exit("latency, memory or upload: see run.sh")
