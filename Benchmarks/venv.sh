# shellcheck shell=bash disable=SC2154
# Sourced by the benchmarks with $root set: sets $venv to a Python environment with what they need.
venv=$root/.build-benchmarks/wer
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet faster-whisper==1.2.1 jiwer==4.0.0 more-itertools==10.8.0 regex==2026.5.9
  # Without its dependencies: torch is not needed for its normalisers.
  "$venv/bin/pip" install --quiet --no-deps openai-whisper==20250625
fi
