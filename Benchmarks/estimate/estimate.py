"""Runs `commentbot process` on joined recordings, and asks `commentbot diagnose` for its estimate before each."""

import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

RATE = 16000
COMMENTBOT = os.environ.get("COMMENTBOT", "commentbot")
PROMPTS = pathlib.Path(os.environ.get("PROMPTS", "/usr/share/asterisk/sounds/en_US_f_Allison"))
FLAGS = os.environ.get("FLAGS", "").split()
SENTENCES = pathlib.Path(__file__).parent.parent / "wer/sentences-es.txt"
MODELS = pathlib.Path(os.environ.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models"


def samples(*options):
    command = ["ffmpeg", "-v", "error", *options, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def prompts():
    sounds = [samples("-i", path) for path in sorted(PROMPTS.glob("*.wav"))]
    # A second with one digit is no speech.
    return [sound for sound in sounds if len(sound) > 2 * 2 * RATE]


def synthetic():
    """Voices that are hard for a small model: what is unsure is tried with beams."""
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(SENTENCES.read_text().splitlines()):
            path = os.path.join(folder, "sentence.wav")
            subprocess.run(["espeak-ng", "-v", ("es", "es-419")[number % 2], "-w", path, line], check=True)
            yield samples("-i", path)


def recording(sounds, minutes, pauses, path):
    """In an order of its own, with pauses of so many seconds, until it is long enough."""
    chance, parts, wanted = random.Random(minutes), [], minutes * 60 * RATE * 2
    while sum(map(len, parts)) < wanted:
        for sound in chance.sample(sounds, len(sounds)):
            parts += [sound, bytes(2 * int(chance.uniform(*pauses) * RATE))]
    command = ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path]
    subprocess.run(command, check=True, input=b"".join(parts)[:wanted])


def run(environment, *arguments):
    """What it prints, and the seconds of wall and of processors that it takes."""
    def spent():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    start, before = time.monotonic(), spent()
    done = subprocess.run([COMMENTBOT, *arguments], env=environment, capture_output=True, text=True)
    return done.stdout, time.monotonic() - start, spent() - before


def process(path, language, environment):
    # A home of its own: nothing is taken from earlier runs, nothing is left.
    with tempfile.TemporaryDirectory() as home:
        (pathlib.Path(home) / "data").mkdir()
        (pathlib.Path(home) / "data/models").symlink_to(MODELS.resolve())
        environment = {**environment, "COMMENTBOT_HOME": home}
        out, wall, spent = run(environment, "process", path, "--json", "--llm", "none", "--language", language, *FLAGS)
        if "transcript" not in json.loads(out):
            sys.exit(f"{path} was not transcribed: {out}")
        return wall, spent


def main(models, lengths):
    read = prompts()
    kinds = [
        ("prompts, pauses 0.1–0.4 s", "en", read, (0.1, 0.4)),
        ("prompts, pauses 0.3–4 s", "en", read, (0.3, 4)),
        ("espeak-ng, Spanish", "es", list(synthetic()), (0.3, 0.6)),
    ]
    print("| model | recording | said of an hour | took, to an hour: wall, processor |\n|---|---|---|---|")
    for minutes in lengths:
        for name, language, sounds, pauses in kinds:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "speech.flac")
                recording(sounds, minutes, pauses, path)
                for model in models:
                    if language != "en" and model.endswith(".en"):
                        continue
                    environment = {**os.environ, "WHISPER_MODEL": model}
                    out, _, _ = run(environment, "diagnose", "--json", "--only", "engines.whisper_speed")
                    said = re.search(r"will take (.*?), by how", json.loads(out)["evidence"])[1]
                    wall, spent = process(path, language, environment)
                    print(f"| {model} | {minutes} min of {name} | {said} | {wall * 60 / minutes:.0f} s, "
                          f"{spent * 60 / minutes:.0f} s |", flush=True)


main(sys.argv[1].split(","), [int(text) for text in sys.argv[2:]])
