#!/usr/bin/env bash
# Comments of a language model on recorded speech: how many of its statements are proven, and what several kinds cost.
#   Benchmarks/comments/run.sh quality [OPTIONS]   24 recordings, English and Spanish, all kinds
#   Benchmarks/comments/run.sh cost [OPTIONS]      five kinds together, one alone, and each by a process of its own
# OPTIONS go to commentbot: --llm ollama --llm-model qwen3:4b measures another model. Without any, the embedded one.
# Needs: commentbot on the PATH with its models, ffmpeg, the prompts of Debian's asterisk-core-sounds-en-wav and, for
# quality, asterisk-core-sounds-es-wav.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
models=$(realpath "${COMMENTBOT_HOME:-$HOME/.commentbot}/data/models")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/data"
ln -s "$models" "$work/data/models"
COMMENTBOT_HOME=$work python3 "$here/comments.py" "$work" "$@"
