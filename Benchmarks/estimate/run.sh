#!/usr/bin/env bash
# What `commentbot diagnose --deep` says that an hour of speech takes, beside what recordings really take.
#   Benchmarks/estimate/run.sh MODEL[,MODEL…] MINUTES…      such as: run.sh base,tiny.en 10 60
# Needs: commentbot with these models (COMMENTBOT, else the one on the PATH), ffmpeg, espeak-ng, python3, and Debian's
# asterisk-core-sounds-en-wav, or another folder of recordings in PROMPTS. FLAGS: more for `commentbot process`.
# COMMENTBOT_THREADS=1 measures beside other work: threads that wait for each other then take no processor time.
set -euo pipefail
exec python3 "$(dirname "$0")/estimate.py" "$@"
