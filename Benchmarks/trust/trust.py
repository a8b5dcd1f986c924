"""Makes sounds in which nobody speaks and speech with long pauses, and counts what each system invents and loses."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import jiwer
import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "wer"))
from wer import RATE, EnglishTextNormalizer, FasterWhisper, commentbot, pcm, spoken  # noqa: E402

LEVELS = [-6, -26, -46]  # dBFS of the loudest sample
ONLY = [name for name in os.environ.get("SYSTEMS", "").split(";") if name]
TEXT = (pathlib.Path(__file__).parent / "spoken.txt").read_text().splitlines()


def pink(chance, count):
    """White noise whose power falls with the frequency."""
    spectrum = numpy.fft.rfft(chance.standard_normal(count))
    return numpy.fft.irfft(spectrum / numpy.sqrt(numpy.maximum(1, numpy.arange(len(spectrum)))), count)


def tones(chance, count):
    """Chords of four decaying tones with overtones, two a second."""
    sound, beat = numpy.zeros(count), RATE // 2
    time = numpy.arange(beat) / RATE
    for start in range(0, count - beat, beat):
        for note in chance.choice([0, 3, 5, 7, 10, 12, 15], 4, replace=False):
            for overtone in (1, 2, 3):
                sound[start:start + beat] += numpy.sin(
                    2 * numpy.pi * 220 * 2 ** (note / 12) * overtone * time) * numpy.exp(-4 * time) / overtone
    return sound


def hum(_, count):
    """Mains: 50 Hz and its overtones."""
    time = numpy.arange(count) / RATE
    return sum(numpy.sin(2 * numpy.pi * 50 * k * time) / k for k in (1, 2, 3, 5, 7))


def clicks(chance, count):
    """Single clicks at random times, three a second."""
    sound = numpy.zeros(count)
    sound[chance.integers(0, count, count * 3 // RATE)] = chance.choice([-1, 1], count * 3 // RATE)
    return sound


def applause(chance, count):
    """Hundreds of claps a second: short bursts of noise that swell and fade."""
    sound, clap = numpy.zeros(count), 160
    for start in chance.integers(0, count - clap, count * 200 // RATE):
        sound[start:start + clap] += chance.standard_normal(clap) * numpy.exp(-numpy.arange(clap) / 40)
    return sound * (1.2 + numpy.sin(2 * numpy.pi * numpy.arange(count) / RATE / 7))


SOUNDS = {
    "silence": lambda chance, count: numpy.zeros(count),
    "white noise": lambda chance, count: chance.standard_normal(count),
    "pink noise": pink, "tones": tones, "hum": hum, "clicks": clicks, "applause": applause,
}


def speech(count):
    """(samples, text): sentences with 5 to 25 s of silence after each."""
    chance, sound, texts = numpy.random.default_rng(2), [], []
    length = 0
    for text in TEXT * 100:
        samples = numpy.frombuffer(spoken(text, "en-us"), numpy.int16).astype(float)
        pause = numpy.zeros(int(RATE * chance.uniform(5, 25)))
        if length + len(samples) + len(pause) > count:
            break
        length += len(samples) + len(pause)
        sound += [samples, pause]
        texts.append(text)
    return numpy.concatenate(sound), " ".join(texts)


def write(path, sound, level):
    peak = numpy.abs(sound).max() or 1
    samples = (sound / peak * 10 ** (level / 20) * 32767).astype("<i2")
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path],
                   check=True, input=samples.tobytes())


def defaults(path, language):
    models = pathlib.Path(os.environ.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models/whisper"
    samples = pcm("ffmpeg", "-v", "error", "-i", path, "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-")
    return subprocess.run(["whisper-defaults", next(models.glob("ggml-base*.bin")), language], check=True, capture_output=True,
                          input=samples).stdout.decode(errors="replace")


def words(text):
    """What a reader would take for words: without [BLANK_AUDIO], (music) and the like."""
    return re.findall(r"\w+", re.sub(r"\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪", " ", text))


def main():
    weights, minutes, *names = [*sys.argv[1:], "10"] if len(sys.argv) < 3 else sys.argv[1:]
    minutes = float(minutes)
    count = int(minutes * 60 * RATE)
    fast = FasterWhisper(weights, "int8")
    systems = {
        "commentbot": commentbot,
        "commentbot, vad off": lambda path, language: commentbot(path, language, "--vad_filter", "False"),
        "faster-whisper, vad on": lambda path, language: fast(path, language, beam_size=5, vad_filter=True),
        "faster-whisper, vad off": lambda path, language: fast(path, language, beam_size=5),
        "libwhisper defaults": defaults,
    }
    systems = {name: system for name, system in systems.items() if not ONLY or name in ONLY}
    normalise = EnglishTextNormalizer()
    print(f"Words in {minutes:g} minutes, at {', '.join(f'{level} dBFS' for level in LEVELS)}\n")
    print("| | " + " | ".join(systems) + " |\n|" + "---|" * (len(systems) + 1), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "sound.wav"
        for name in names or [*SOUNDS, "speech"]:
            cells = {system: [] for system in systems}
            for level in LEVELS:
                if name == "speech":
                    sound, text = speech(count)
                else:
                    sound = SOUNDS[name](numpy.random.default_rng(1), count)
                write(path, sound, level)
                for system, run in systems.items():
                    start = time.monotonic()
                    heard = run(path, "en")
                    print(f"{name} {level} {system}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
                    if name == "speech":
                        result = jiwer.process_words(normalise(text), normalise(heard))
                        total = result.hits + result.substitutions + result.deletions
                        cells[system].append(f"−{result.deletions} +{result.insertions} of {total}")
                    else:
                        cells[system].append(str(len(words(heard))))
                    if name != "speech" and words(heard):
                        print(f"  {' '.join(words(heard))[:200]}", file=sys.stderr, flush=True)
            print(f"| {name} | " + " | ".join(" / ".join(cell) for cell in cells.values()) + " |", flush=True)


main()
