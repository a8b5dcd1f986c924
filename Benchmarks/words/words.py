"""Builds speech with known word times, transcribes it and prints how far the transcript's times are off as a table."""

import array
import difflib
import functools
import itertools
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import espeak

HERE = pathlib.Path(__file__).parent
PROMPTS = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
RATE = 16000
# Texts of other benchmarks, and espeak-ng's voices that read them.
SENTENCES = {
    "en": ("../trust/spoken.txt", ["en-us", "en-gb", "en-us+f3"]),
    "es": ("../wer/sentences-es.txt", ["es"]),
}
# The audio's own end of a word is where its sound has fallen so far below the loudest: 35 dB.
FLOOR = 10 ** (-35 / 20)


@functools.cache
def speaker_of_this_process():
    return espeak.Speaker()


def resampled(samples, rate):
    return subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(rate), "-ac", "1", "-i", "-",
         "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"], check=True, capture_output=True, input=samples).stdout


def normal(word):
    return "".join(letter for letter in word.lower() if letter.isalnum())


def write(samples, path):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path],
        check=True, input=bytes(samples))


def synthetic(language, path):
    """Sentences with pauses between them, by each voice; returns (word, start, end) of every word."""
    file, voices = SENTENCES[language]
    texts = [text for text in (HERE / file).read_text().splitlines() if text.strip()]
    speaker, chance = speaker_of_this_process(), random.Random(1)
    audio, words = bytearray(2 * RATE), []
    for voice, text in itertools.product(voices, texts):
        samples, spoken = speaker.speak(text, voice)
        at = len(audio) / 2 / RATE
        words += [(word, at + start, at + end) for word, start, end in spoken]
        audio += resampled(samples, speaker.rate) + bytes(2 * int(RATE * chance.uniform(0.3, 4)))
    write(audio, path)
    return words


def heard(samples):
    """Where the sound begins and ends, in seconds, by frames of 10 ms."""
    values, length = array.array("h", samples), RATE // 100
    levels = [
        (sum(value * value for value in values[start:start + length]) / length) ** 0.5
        for start in range(0, len(values) - length, length)]
    loud = [index for index, level in enumerate(levels) if level > max(levels) * FLOOR]
    return loud[0] / 100, (loud[-1] + 1) / 100


def recorded(path):
    """Prompts with pauses between them; returns (start, end) of the speech in each."""
    chance = random.Random(2)
    names = sorted(path.name for path in PROMPTS.glob("vm-*.wav"))
    audio, spans = bytearray(2 * RATE), []
    for name in chance.sample(names, min(120, len(names))):
        samples = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", PROMPTS / name, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"],
            check=True, capture_output=True).stdout
        # Numbers and letters by themselves are taken for something else too often.
        if len(samples) / 2 / RATE < 1:
            continue
        start, end = heard(samples)
        at = len(audio) / 2 / RATE
        spans.append((at + start, at + end))
        audio += samples + bytes(2 * int(RATE * chance.uniform(0.5, 4)))
    write(audio, path)
    return spans


def transcribed(path, language):
    """(word, start, end) of every word, and the seconds that it took."""
    models = pathlib.Path(os.environ.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models"
    # A home of its own: nothing is taken from earlier runs, nothing is left.
    with tempfile.TemporaryDirectory() as home:
        (pathlib.Path(home) / "data").mkdir()
        (pathlib.Path(home) / "data/models").symlink_to(models.resolve())
        out = subprocess.run(
            ["commentbot", "process", "--json", "--llm", "none", "--language", language, "--word_timestamps", "True",
             path], check=True, capture_output=True, env={**os.environ, "COMMENTBOT_HOME": home}).stdout
    result = json.loads(out)
    segments = result["transcript"]["segments"]
    words = [(word["word"], word["start"], word["end"]) for segment in segments for word in segment["words"]]
    return words, result["report"]["timings"]["transcribe"]


def matched(truth, words):
    """Errors in seconds (start, end) of the words that both have, in order."""
    pairs = difflib.SequenceMatcher(None, [normal(w[0]) for w in truth], [normal(w[0]) for w in words], autojunk=False)
    for true, found, size in pairs.get_matching_blocks():
        for offset in range(size):
            (_, start, end), (_, ours_start, ours_end) = truth[true + offset], words[found + offset]
            yield ours_start - start, ours_end - end


def bounded(spans, words):
    """Errors of the first word's start and the last word's end within each stretch of speech."""
    for start, end in spans:
        inside = [word for word in words if start - 0.25 < (word[1] + word[2]) / 2 < end + 0.25]
        if inside:
            yield inside[0][1] - start, inside[-1][2] - end


def row(name, total, errors, seconds):
    def figures(values):
        values = sorted(values)
        sizes = sorted(abs(value) for value in values)
        return f"{sizes[len(sizes) // 2]:.3f} | {sizes[len(sizes) * 9 // 10]:.3f} | {values[len(values) // 2]:+.3f}"

    starts, ends = zip(*errors)
    print(f"| {name} | {len(errors)} of {total} | {figures(starts)} | {figures(ends)} | {seconds:.1f} |", flush=True)


def main():
    print("Seconds.\n")
    print("| audio | matched | start: median | 90 % | bias | end: median | 90 % | bias | transcribed in |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[1:] or ["en", "es", "prompts"]:
            path = pathlib.Path(folder) / f"{name}.wav"
            truth = recorded(path) if name == "prompts" else synthetic(name, path)
            words, seconds = transcribed(path, "en" if name == "prompts" else name)
            errors = list(bounded(truth, words) if name == "prompts" else matched(truth, words))
            row(name, len(truth), errors, seconds)


if __name__ == "__main__":
    main()
