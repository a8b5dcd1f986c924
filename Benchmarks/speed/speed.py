"""Times commentbot and whisper-cli in turn on the same speech, alone and beside two busy loops, and measures memory."""

import math
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "wer"))
from wer import RATE, build, commentbot, english  # noqa: E402

MODELS = pathlib.Path(os.environ.get("COMMENTBOT_HOME", "~/.commentbot")).expanduser() / "data/models/whisper"
CLI = ["whisper-cli", "-m", next(MODELS.glob("ggml-base*.bin")), "-l", "en", "-t", "2", "-np"]
VAD = ["--vad", "-vm", next(MODELS.glob("ggml-silero*.bin"))]


# Beside other work whisper-cli's threads wait for each other, and five minutes of audio can take an hour.
LIMIT = 120


def cli(*flags):
    return lambda path: subprocess.run([*CLI, *flags, path], check=True, capture_output=True, timeout=LIMIT)


SYSTEMS = {
    "commentbot": lambda path: commentbot(path, "en"),
    "commentbot, `--beam_size 1`": lambda path: commentbot(path, "en", "--beam_size", "1"),
    # The fastest that it can be told: greedy, one candidate, nothing carried over from window to window.
    "whisper-cli, `-bs 1 -bo 1 -mc 0 --vad`": cli("-bs", "1", "-bo", "1", "-mc", "0", *VAD),
    # The same without looking for speech: what it writes on silence is its own.
    "whisper-cli, `-bs 1 -bo 1 -mc 0`": cli("-bs", "1", "-bo", "1", "-mc", "0"),
    "whisper-cli, `--vad`": cli(*VAD),
}


def times(path, runs):
    seconds = {name: [] for name in SYSTEMS}
    for _ in range(runs):
        for name, run in SYSTEMS.items():
            if math.inf in seconds[name]:
                continue
            start = time.monotonic()
            try:
                run(path)
                seconds[name].append(time.monotonic() - start)
            except subprocess.TimeoutExpired:
                seconds[name] = [math.inf]
            print(f"{name}: {seconds[name][-1]:.1f} s", file=sys.stderr, flush=True)
    return {name: (statistics.median(values), min(values), max(values)) for name, values in seconds.items()}


def compare(references, runs, minutes=5):
    with tempfile.TemporaryDirectory() as folder:
        path, _, duration = build(english(references), pathlib.Path(folder), minutes)[0]
        alone = times(path, runs)
        loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2)]
        try:
            beside = times(path, runs)
        finally:
            for loop in loops:
                loop.kill()
    print(f"{duration:.0f} s of audio, medians of {runs} in turn (range), seconds\n")
    print("| | alone | ratio to greedy with VAD | beside two busy loops | ratio to alone |\n|---|---|---|---|---|")
    base = "whisper-cli, `-bs 1 -bo 1 -mc 0 --vad`"
    for name in SYSTEMS:
        cells = []
        for figures in (alone, beside):
            median, low, high = figures[name]
            if median == math.inf:
                cells += [f"stopped after {LIMIT}", f"over {LIMIT / alone[name][0]:.0f}"]
            else:
                ratio = median / (alone[name] if figures is beside else alone[base])[0]
                cells += [f"{median:.1f} ({low:.1f}–{high:.1f})", f"{ratio:.2f}"]
        print(f"| {name} | " + " | ".join(cells) + " |")


def memory(references, hours):
    """Prompts with 12 s of silence after each, repeated to the length."""
    prompts = [samples for _, samples in english(references)]
    print("| hours | most memory resident, MB | wall s |\n|---|---|---|")
    for length in hours:
        with tempfile.TemporaryDirectory() as folder:
            path, wanted = pathlib.Path(folder) / "long.wav", int(length * 3600 * RATE * 2)
            ffmpeg = subprocess.Popen(
                ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", path],
                stdin=subprocess.PIPE)
            written, index = 0, 0
            while written < wanted:
                sound = prompts[index % len(prompts)] + bytes(2 * 12 * RATE)
                ffmpeg.stdin.write(sound)
                written, index = written + len(sound), index + 1
            ffmpeg.communicate()
            start = time.monotonic()
            child = os.fork()
            if child == 0:
                commentbot(path, "en")
                # In kilobytes: of the only child that this process has waited for.
                print(f"| {length:g} | {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000:.0f} | "
                      f"{time.monotonic() - start:.0f} |", flush=True)
                os._exit(0)
            if os.waitpid(child, 0)[1] != 0:
                sys.exit("commentbot failed")


references, *rest = sys.argv[1:]
if rest[:1] == ["memory"]:
    memory(references, [float(hours) for hours in rest[1:]])
else:
    compare(references, int(rest[0]) if rest else 5)
