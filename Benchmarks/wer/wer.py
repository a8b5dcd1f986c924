"""Builds the test files, transcribes them with both programs and prints the word error rates as a table."""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import ctranslate2
import jiwer

SITE = pathlib.Path(jiwer.__file__).parent.parent
# openai-whisper's normalisers without the package around them, which would import torch.
sys.path.insert(0, str(SITE / "whisper"))
from normalizers import BasicTextNormalizer, EnglishTextNormalizer  # noqa: E402

PROMPTS = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
RATE = 16000
# espeak-ng's voices for each language: every sentence is read by each of them.
VOICES = {"es": ["es", "es-419"], "fr": ["fr", "fr-be"]}
# The systems to run; all when not given.
ONLY = [name for name in os.environ.get("SYSTEMS", "").split(";") if name]


def pcm(*command):
    """What the command prints, as 16 kHz mono 16-bit samples."""
    return subprocess.run(command, check=True, capture_output=True).stdout


def spoken(text, voice):
    """Samples of the text as espeak-ng reads it."""
    wav = pcm("espeak-ng", "-v", voice, "-s", "150", "--stdout", text)
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-i", "-", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"],
        check=True, capture_output=True, input=wav).stdout


def english(references):
    """(text, samples) of every spoken prompt that has a reference text of two words or more."""
    for line in pathlib.Path(references).read_text().splitlines():
        name, _, text = line.partition(":")
        path = PROMPTS / f"{name.strip()}.g722"
        if line.startswith(";") or "[" in text or len(text.split()) < 2 or not path.exists():
            continue
        yield text.strip(), pcm("ffmpeg", "-v", "error", "-i", path, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-")


def synthetic(language):
    """(text, samples) of the sentences in this folder, read by espeak-ng."""
    sentences = (pathlib.Path(__file__).parent / f"sentences-{language}.txt").read_text().splitlines()
    for voice in VOICES[language]:
        for text in sentences:
            yield text, spoken(text, voice)


def build(prompts, folder, minutes):
    """Joins prompts, with 0.3 to 4 s of silence between them, into files of at least so many minutes."""
    chance = random.Random(1)
    parts = [([], bytearray())]
    for text, samples in prompts:
        texts, audio = parts[-1]
        texts.append(text)
        audio += samples + bytes(2 * int(RATE * chance.uniform(0.3, 4)))
        if len(audio) / 2 / RATE >= minutes * 60:
            parts.append(([], bytearray()))
    # What is left over makes the last file longer.
    rest = parts.pop()
    if not parts:
        parts.append(([], bytearray()))
    parts[-1][0].extend(rest[0])
    parts[-1][1].extend(rest[1])
    files = []
    for number, (texts, audio) in enumerate(parts):
        path = folder / f"{number}.wav"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path],
            check=True, input=bytes(audio))
        files.append((path, " ".join(texts), len(audio) / 2 / RATE))
    return files


def commentbot(path, language, *options):
    models = pathlib.Path(os.environ.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models"
    # A home of its own: nothing is taken from earlier runs, nothing is left.
    with tempfile.TemporaryDirectory() as home:
        (pathlib.Path(home) / "data").mkdir()
        (pathlib.Path(home) / "data/models").symlink_to(models.resolve())
        out = subprocess.run(
            ["commentbot", "process", "--json", "--llm", "none", "--language", language, *options, path],
            check=True, capture_output=True, env={**os.environ, "COMMENTBOT_HOME": home}).stdout
    return json.loads(out)["transcript"]["text"]


class FasterWhisper:
    def __init__(self, weights, compute_type):
        from faster_whisper import WhisperModel
        self.model = WhisperModel(weights, device="cpu", compute_type=compute_type, cpu_threads=2)

    def __call__(self, path, language, seed=1, **options):
        ctranslate2.set_random_seed(seed)
        segments, _ = self.model.transcribe(str(path), language=language, **options)
        return " ".join(segment.text for segment in segments)


def main():
    references, weights, *names = sys.argv[1:]
    fast = FasterWhisper(weights, "int8")
    full = FasterWhisper(weights, "float32")
    systems = {
        "commentbot": commentbot,
        "commentbot, beam 5": lambda path, language: commentbot(path, language, "--beam_size", "5"),
        "faster-whisper int8, beam 5": lambda path, language: fast(path, language, beam_size=5),
        "faster-whisper int8, beam 5, vad": lambda path, language: fast(path, language, beam_size=5, vad_filter=True),
        "faster-whisper float32, beam 5, vad": lambda path, language: full(path, language, beam_size=5, vad_filter=True),
    }
    # Where it is unsure it samples at random: one figure of it says little.
    for seed in (1, 2, 3):
        systems[f"faster-whisper float32, beam 5, seed {seed}"] = (
            lambda path, language, seed=seed: full(path, language, seed, beam_size=5))
    for language in names or ["en", "es", "fr"]:
        normalise = EnglishTextNormalizer() if language == "en" else BasicTextNormalizer()
        with tempfile.TemporaryDirectory() as folder:
            prompts = list(english(references) if language == "en" else synthetic(language))
            files = build(prompts, pathlib.Path(folder), 10)
            seconds = sum(duration for *_, duration in files)
            print(f"\n{language}: {len(prompts)} prompts, {len(files)} files, {seconds:.0f} s\n")
            print("| system | WER % | substituted | deleted | inserted | wall s |\n|---|---|---|---|---|---|", flush=True)
            for name, system in systems.items():
                if ONLY and name not in ONLY:
                    continue
                start = time.monotonic()
                texts = [system(path, language) for path, _, _ in files]
                wall = time.monotonic() - start
                result = jiwer.process_words(
                    [normalise(text) for _, text, _ in files], [normalise(text) for text in texts])
                print(f"| {name} | {result.wer * 100:.2f} | {result.substitutions} | {result.deletions} | "
                      f"{result.insertions} | {wall:.0f} |", flush=True)


if __name__ == "__main__":
    main()
