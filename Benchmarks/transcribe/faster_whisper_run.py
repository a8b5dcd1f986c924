#!/usr/bin/env python3
"""Transcribes with faster-whisper, for comparison: same weights (a CTranslate2 folder), CPU.

usage: faster_whisper_run.py MODEL_FOLDER AUDIO OUTPUT.txt [int8|float32] [BEAM_SIZE] [vad]
"""
import sys
import time

from faster_whisper import WhisperModel


def main():
    folder, audio, output = sys.argv[1:4]
    kind = sys.argv[4] if len(sys.argv) > 4 else "int8"
    beam = int(sys.argv[5]) if len(sys.argv) > 5 else 5
    model = WhisperModel(folder, device="cpu", compute_type=kind, cpu_threads=2)
    start = time.monotonic()
    segments, info = model.transcribe(audio, beam_size=beam, vad_filter="vad" in sys.argv)
    text = "".join(segment.text for segment in segments)
    print(f"{audio}: {info.language}, {time.monotonic() - start:.1f} s")
    with open(output, "w") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    main()
