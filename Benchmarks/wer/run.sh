#!/usr/bin/env bash
# Word error rate of `commentbot process` beside faster-whisper with the same weights.
#   Benchmarks/wer/run.sh REFERENCES WEIGHTS [NAME…]
# REFERENCES: a file of lines `name: text` for the prompts of Debian's asterisk-core-sounds-en-g722.
# WEIGHTS: the CTranslate2 folder that the ggml model was converted from.
# NAME: en es fr; all when absent. SYSTEMS="commentbot;faster-whisper int8, beam 5" runs only these. Needs: commentbot on the PATH, ffmpeg, espeak-ng, python3-venv.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
references=${1:?usage: run.sh REFERENCES WEIGHTS [NAME…]}
weights=${2:?usage: run.sh REFERENCES WEIGHTS [NAME…]}
shift 2

# shellcheck source=Benchmarks/venv.sh
source "$root/Benchmarks/venv.sh"
exec "$venv/bin/python" "$here/wer.py" "$references" "$weights" "$@"
