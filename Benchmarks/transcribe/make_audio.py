#!/usr/bin/env python3
"""Joins recorded prompts with silences to long files of real speech, with the text that is spoken.

usage: make_audio.py TEXTS SOUNDS OUTPUT [--prompts N] [--skip N] [--seed N]

TEXTS has lines `name: text`; SOUNDS is a folder of 16 kHz `name.g722` files (Debian: asterisk-core-sounds-en-g722).
Writes OUTPUT.wav (16 kHz mono) and OUTPUT.txt. The same arguments give the same files.
"""
import argparse
import pathlib
import random
import re
import subprocess
import wave

RATE = 16_000
PAUSES = [0.3, 0.6, 1, 1.5, 3, 6]  # seconds


def references(path):
    """Prompts that are speech: not `[tone]`, not `<placeholder>`."""
    for line in path.read_text().splitlines():
        name, colon, text = line.partition(":")
        is_speech = colon and not line.startswith(";") and not re.search(r"[\[<]", text)
        if is_speech and re.search("[a-z]{2}", text):
            yield name, text.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("texts", type=pathlib.Path)
    parser.add_argument("sounds", type=pathlib.Path)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--prompts", type=int, default=170)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()

    prompts = dict(references(options.texts))  # of two texts with one name the last counts
    found = [
        (name, text)
        for name, text in sorted(prompts.items())
        if len(text.split()) >= 2 and (options.sounds / f"{name}.g722").exists()
    ]
    chance = random.Random(options.seed)
    chance.shuffle(found)
    chosen = found[options.skip :][: options.prompts]
    samples = bytearray()
    for name, _ in chosen:
        command = ["ffmpeg", "-v", "error", "-f", "g722", "-i", str(options.sounds / f"{name}.g722")]
        samples += subprocess.run(
            command + ["-ar", str(RATE), "-ac", "1", "-f", "s16le", "-"], check=True, capture_output=True
        ).stdout
        samples += bytes(2 * int(RATE * chance.choice(PAUSES)))
    with wave.open(f"{options.output}.wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    pathlib.Path(f"{options.output}.txt").write_text("\n".join(text for _, text in chosen) + "\n")
    print(f"{len(chosen)} prompts, {len(samples) / 2 / RATE:.0f} s, {sum(len(t.split()) for _, t in chosen)} words")


if __name__ == "__main__":
    main()
