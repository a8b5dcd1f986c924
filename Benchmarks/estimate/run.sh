#!/usr/bin/env bash
# What `commentbot diagnose --deep` says that an hour of audio takes, beside what recordings of speech really take.
#   Benchmarks/estimate/run.sh MODEL[,MODEL…] MINUTES…      such as: run.sh base,tiny.en 10 20 60
# Needs: commentbot with these models (COMMENTBOT, else the one on the PATH), ffmpeg, python3, and Debian's
# asterisk-core-sounds-en-wav, or another folder of recordings in PROMPTS. RUNS: times that each is done (default 1).
set -euo pipefail
exec python3 "$(dirname "$0")/estimate.py" "$@"
