#!/usr/bin/env bash
# How far the times of words lie from where they are spoken.
#   Benchmarks/words/run.sh [NAME…]
# NAME: en es (espeak-ng, which says where it speaks each word) prompts (recorded, known by where their sound begins and
# ends); all when absent.
# Needs: commentbot on the PATH, ffmpeg, libespeak-ng, Debian's asterisk-core-sounds-en-wav, python3.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
exec python3 "$here/words.py" "$@"
