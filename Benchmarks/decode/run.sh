#!/bin/sh
# Compares CommentBot's decoder with the ffmpeg program on one hour of speech, run by run in turn, and measures the
# memory that eight hours take. Usage: Benchmarks/decode/run.sh [runs]
# Needs: ffmpeg, espeak-ng, GNU time, Python 3. Speech: the Asterisk prompts when installed, else espeak-ng.
set -eu
runs=${1:-7}
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
# Of its own, so that two runs never write into each other's figures.
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
echo "working in $work; $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"

swift build -c release --package-path "$here" --scratch-path "$work/build" >"$work/build.log" 2>&1 ||
  { grep "error:" "$work/build.log" >&2; exit 1; }
decode=$work/build/release/decode

speech=$work/speech.wav
if [ ! -f "$work/hour.mp3" ]; then
  prompts=/usr/share/asterisk/sounds/en_US_f_Allison
  if [ -d "$prompts" ]; then
    find "$prompts" -name '*.wav' | sort | sed "s/.*/file '&'/" >"$work/list"
    ffmpeg -v error -y -f concat -safe 0 -i "$work/list" -ar 44100 -ac 2 "$speech"
  else
    espeak-ng -w "$speech" "$(cat "$here/../../README.md")"
  fi
  ffmpeg -v error -y -stream_loop -1 -i "$speech" -t 3600 -ar 44100 -ac 2 -b:a 64k "$work/hour.mp3"
  ffmpeg -v error -y -stream_loop -1 -i "$speech" -t 3600 -ar 44100 -ac 2 -c:a aac -b:a 96k "$work/hour.m4a"
  ffmpeg -v error -y -stream_loop 7 -i "$work/hour.mp3" -c copy "$work/eight.mp3"
  ffmpeg -v error -y -stream_loop 7 -i "$work/hour.m4a" -c copy "$work/eight.m4a"
fi

# Prints "wall cpu" in seconds and the resident kilobytes of a command.
measure() {
  /usr/bin/time -f '%e %U %S %M' -o "$results/time" "$@" >/dev/null
  awk '{ print $1, $2 + $3, $4 }' "$results/time"
}

# compare NAME: medians and ranges of the runs in $results.
compare() {
  python3 - "$1" "$results/ours" "$results/theirs" <<'PYTHON'
import statistics, sys
rows = [[list(map(float, line.split())) for line in open(name)] for name in sys.argv[2:]]
for index, what in enumerate(["wall s", "CPU s"]):
    ours, theirs = ([row[index] for row in table] for table in rows)
    median = [statistics.median(ours), statistics.median(theirs)]
    print(f"{sys.argv[1]} {what}: CommentBot {median[0]:.2f} ({min(ours):.2f}-{max(ours):.2f}), "
          f"reference {median[1]:.2f} ({min(theirs):.2f}-{max(theirs):.2f}), ratio {median[0] / median[1]:.2f}")
PYTHON
}

for file in hour.mp3 hour.m4a; do
  : >"$results/ours" && : >"$results/theirs"
  for _ in $(seq "$runs"); do
    measure "$decode" "$work/$file" "$results/ours.wav" >>"$results/ours"
    measure ffmpeg -v error -nostdin -y -i "$work/$file" -ar 16000 -ac 1 -c:a pcm_s16le "$results/theirs.wav" >>"$results/theirs"
  done
  compare "$file, decode against ffmpeg"
done

: >"$results/ours" && : >"$results/theirs"
for _ in $(seq "$runs"); do
  measure "$decode" --digest "$work/eight.mp3" >>"$results/ours"
  measure sha256sum "$work/eight.mp3" >>"$results/theirs"
done
compare "eight.mp3, SHA-256 against sha256sum"

for file in eight.mp3 eight.m4a; do
  # Figures without spaces, to be split.
  # shellcheck disable=SC2046
  set -- $(measure "$decode" "$work/$file" "$results/ours.wav")
  echo "$file: $1 s, $(($3 / 1024)) MB resident at the most (limit 200)"
done
