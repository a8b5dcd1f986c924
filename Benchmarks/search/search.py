"""Loads a library with very many segments, and measures searches through `commentbot serve`.

search.py load DATABASE SEGMENTS: fills a library that commentbot has made, by its own tables and triggers.
search.py measure URL DATABASE KEY...: prints p50 and p99 of each kind of search, warm, for each key's owner.
"""
import bisect
import http.client
import itertools
import json
import random
import sqlite3
import sys
import time
import urllib.parse

SYLLABLES = "ka to mi ren sol par vi dan tor el us ing ment ro ba que st li on er".split()
WORDS = 50_000
PER_TRANSCRIPT = 100


def vocabulary():
    """Words as often as in speech: the n-th one n times more seldom than the first (Zipf)."""
    draw, words = random.Random(1), {}
    while len(words) < WORDS:
        words["".join(draw.choice(SYLLABLES) for _ in range(draw.randint(1, 5)))] = None
    return list(words)


def load(path, count):
    words, draw = vocabulary(), random.Random(2)
    weights = list(itertools.accumulate(1 / (n + 1.7) for n in range(WORDS)))
    pick = lambda: words[bisect.bisect(weights, draw.random() * weights[-1])]
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = OFF")
    begun = time.monotonic()
    for number in range(1, count // PER_TRANSCRIPT + 1):
        db.execute("BEGIN IMMEDIATE") if number % 100 == 1 else None
        digest = "%064x" % draw.getrandbits(256)
        facts = '{"container":"mp3","codec":"mp3","sampleRate":8000,"channels":1,"duration":250,"filledSeconds":0,"missingSeconds":0,"tags":{}}'
        db.execute("INSERT INTO recordings VALUES (?, ?, '/x', 1, 250, ?, ?)", (digest, f"r{number}", facts, number))
        # Most is one owner's; every 200th recording another's, and the oldest fifty a third one's too.
        owners = ["most"] if number % 200 else ["few"]
        for owner in owners + (["old"] if number <= 50 else []):
            db.execute("INSERT INTO recording_owners VALUES (?, ?, ?, '/x', ?)", (owner, digest, f"r{number}", number))
        transcript = db.execute(
            "INSERT INTO transcripts (key, recording, language, duration, engine, model, options, dropped, folder, created_at)"
            " VALUES (?, ?, 'en', 250, 'e', 'm', '{}', '[]', 'f', ?)", (digest, digest, number)).lastrowid
        rows = []
        for place in range(PER_TRANSCRIPT - 1, -1, -1):
            text = " " + " ".join(pick() for _ in range(draw.randint(4, 20)))
            rows.append((transcript << 20 | 0xFFFFF - place, transcript, place, place * 2.5, place * 2.5 + 2.4, text))
        for row in rows:
            db.execute(
                "INSERT INTO segments (id, transcript, position, start, \"end\", text, tokens) VALUES (?, ?, ?, ?, ?, ?, '[]')", row)
        if number % 100 == 0:
            db.execute("COMMIT")
    if db.in_transaction:
        db.execute("COMMIT")
    print(f"{count} segments in {time.monotonic() - begun:.0f} s")


def queries(path):
    words, draw = vocabulary(), random.Random(3)
    db = sqlite3.connect(path)
    last = db.execute("SELECT max(transcript) FROM segments").fetchone()[0]

    def phrase():
        text = db.execute(
            "SELECT text FROM segments WHERE transcript = ? AND position = ?",
            (draw.randint(1, last), draw.randrange(PER_TRANSCRIPT))).fetchone()[0].split()
        length, start = draw.randint(2, 3), draw.randrange(len(text) - 2)
        return '"' + " ".join(text[start:start + length]) + '"'

    return {
        "rare word": [draw.choice(words[20_000:]) for _ in range(200)],
        "two words": [f"{draw.choice(words[50:2000])} {draw.choice(words[50:2000])}" for _ in range(200)],
        "common and rare word": [f"{draw.choice(words[:10])} {draw.choice(words[20_000:])}" for _ in range(200)],
        "prefix of 3 letters": [draw.choice(words[100:20_000])[:3] + "*" for _ in range(200)],
        "prefix of 1 letter": [draw.choice(words)[:1] + "*" for _ in range(200)],
        "phrase of 2 or 3 words": [phrase() for _ in range(200)],
        "very common word": [draw.choice(words[:10]) for _ in range(200)],
    }


def measure(url, path, keys):
    host = urllib.parse.urlparse(url).netloc
    for owner, key in (pair.split("=", 1) for pair in keys):
        connection = http.client.HTTPConnection(host)
        everything = []
        for kind, words in queries(path).items():
            times, hits = [], 0
            for turn in range(2):  # The first round warms the cache.
                times = []
                for word in words:
                    begun = time.perf_counter()
                    connection.request(
                        "GET", "/v1/search?" + urllib.parse.urlencode({"q": word}), headers={"Authorization": f"Bearer {key}"})
                    answer = connection.getresponse()
                    body = answer.read()
                    times.append((time.perf_counter() - begun) * 1000)
                    assert answer.status == 200, body
                    hits += len(json.loads(body)["hits"])
            everything += times
            times.sort()
            print(f"{owner:5} {kind:24} p50 {times[len(times) // 2]:7.2f} ms   p99 {times[int(len(times) * .99)]:7.2f} ms   hits {hits // 2}", flush=True)
        everything.sort()
        print(f"{owner:5} {'all of these':24} p50 {everything[len(everything) // 2]:7.2f} ms   p99 {everything[int(len(everything) * .99)]:7.2f} ms", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "load":
        load(sys.argv[2], int(sys.argv[3]))
    else:
        measure(sys.argv[2], sys.argv[3], sys.argv[4:])
