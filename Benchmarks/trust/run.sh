#!/usr/bin/env bash
# Words that are invented where nobody speaks, and words that are lost at long pauses, beside faster-whisper and libwhisper's
# own defaults with the same weights.
#   Benchmarks/trust/run.sh WEIGHTS [MINUTES [NAME…]]
# WEIGHTS: the CTranslate2 folder that the ggml model was converted from. MINUTES: length of each file (default 10).
# NAME: a sound of trust.py; all when absent. SYSTEMS="commentbot;libwhisper defaults" runs only these.
# Needs: commentbot on the PATH, espeak-ng, ffmpeg, python3-venv, and a C compiler for libwhisper's defaults.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
weights=${1:?usage: run.sh WEIGHTS [MINUTES [NAME…]]}
shift

# shellcheck source=Benchmarks/venv.sh
source "$root/Benchmarks/venv.sh"
# shellcheck disable=SC2046  # several flags
cc -O2 "$here/defaults.c" -o "$root/.build-benchmarks/whisper-defaults" $(pkg-config --cflags --libs whisper)
PATH=$root/.build-benchmarks:$PATH exec "$venv/bin/python" "$here/trust.py" "$weights" "$@"
