"""Times `commentbot process` on joined prompts, and asks `commentbot diagnose` for its estimate before each."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

RATE = 16000
COMMENTBOT = os.environ.get("COMMENTBOT", "commentbot")
PROMPTS = pathlib.Path(os.environ.get("PROMPTS", "/usr/share/asterisk/sounds/en_US_f_Allison"))
RUNS = int(os.environ.get("RUNS", "1"))


def samples(path):
    command = ["ffmpeg", "-v", "error", "-i", path, "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def recording(prompts, minutes, pauses, path):
    """Prompts in an order of their own, with pauses of so many seconds between them, until it is long enough."""
    chance, sound = random.Random(minutes), b""
    while True:
        for prompt in chance.sample(prompts, len(prompts)):
            sound += prompt + bytes(2 * int(chance.uniform(*pauses) * RATE))
            if len(sound) >= minutes * 60 * RATE * 2:
                command = ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path]
                return subprocess.run(command, check=True, input=sound[: minutes * 60 * RATE * 2])


def estimate(environment):
    command = [COMMENTBOT, "diagnose", "--json", "--only", "engines.whisper_speed"]
    out = subprocess.run(command, env=environment, capture_output=True, text=True).stdout
    return json.loads(out)["evidence"]


def process(path, environment):
    models = pathlib.Path(environment.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models"
    # A home of its own: nothing is taken from earlier runs, nothing is left.
    with tempfile.TemporaryDirectory() as home:
        (pathlib.Path(home) / "data").mkdir()
        (pathlib.Path(home) / "data/models").symlink_to(models.resolve())
        command = [COMMENTBOT, "process", path, "--llm", "none", "--language", "en"]
        start = time.monotonic()
        subprocess.run(command, env={**environment, "COMMENTBOT_HOME": home}, check=True, capture_output=True)
        return time.monotonic() - start


def main(models, lengths):
    # Longer ones only: a second of a digit is no speech.
    prompts = [sound for sound in map(samples, sorted(PROMPTS.glob("*.wav"))) if len(sound) > 2 * 2 * RATE]
    with tempfile.TemporaryDirectory() as folder:
        for kind, pauses in (("dense", (0.1, 0.4)), ("with pauses", (0.3, 4))):
            for minutes in lengths:
                path = os.path.join(folder, "speech.flac")
                recording(prompts, minutes, pauses, path)
                for model in models:
                    environment = {**os.environ, "WHISPER_MODEL": model}
                    for _ in range(RUNS):
                        said = estimate(environment)
                        took = process(path, environment)
                        print(f"{model}\t{kind}\t{minutes} min\t{took:.1f} s, an hour {took * 60 / minutes:.0f} s\t{said}",
                              flush=True)


main(sys.argv[1].split(","), [int(text) for text in sys.argv[2:]])
