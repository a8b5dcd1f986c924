#!/usr/bin/env bash
# Time of `commentbot process` for a recording of one hour that was done before, beside the hashing of its file.
#   Benchmarks/rerun/run.sh [RUNS]
# Needs: commentbot on the PATH with its models, ffmpeg, GNU time, the prompts of Debian's asterisk-core-sounds-en-wav.
set -euo pipefail

runs=${1:-7}
models=$(realpath "${COMMENTBOT_HOME:-$HOME/.commentbot}/data/models")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/data"
ln -s "$models" "$work/data/models"
export COMMENTBOT_HOME=$work

find /usr/share/asterisk/sounds/en_US_f_Allison -name '*.wav' | sort | sed "s/.*/file '&'/" >"$work/list"
ffmpeg -v error -f concat -safe 0 -i "$work/list" -ar 44100 "$work/prompts.wav"
ffmpeg -v error -stream_loop -1 -i "$work/prompts.wav" -t 3600 -b:a 64k "$work/hour.mp3"

echo "first run, all defaults:"
commentbot process "$work/hour.mp3" 2>&1 >/dev/null | tail -n 1

# times COMMAND…: the seconds of each run, sorted.
times() {
  for _ in $(seq "$runs"); do
    /usr/bin/time -f %e -a -o "$work/times" "$@" >/dev/null 2>&1
  done
  sort -n "$work/times" | tr '\n' ' '
  rm "$work/times"
}
echo "again:   $(times commentbot process "$work/hour.mp3")"
echo "hashing: $(times sha256sum "$work/hour.mp3")"
