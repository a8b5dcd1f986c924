#!/usr/bin/env bash
# Compares the image's engines, which choose the code for the CPU when they start, with engines built for this CPU alone.
#
#   Benchmarks/images/run.sh [RUNS]
#
# Needs a Docker Engine with the image commentbot-core, engines built by data/scripts/build-engines.sh, and the models in
# data/models. The same program, in the same image, on the same two minutes of speech, has one and the other in turns.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/../../data/scripts/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; esac
runs=${1:-7}
native=$(pkg-config --variable=libdir whisper)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prompts=/usr/share/asterisk/sounds/en_US_f_Allison
inputs=()
for name in demo-congrats demo-instruct demo-moreinfo demo-thanks; do inputs+=(-f g722 -i "$prompts/$name.g722"); done
ffmpeg -nostdin -v error "${inputs[@]}" -filter_complex "concat=n=4:v=0:a=1" -ar 16000 -ac 1 "$scratch/speech.wav"
mkdir "$scratch/native"
# Only what the engines are; everything else stays the image's.
cp -a "$native"/lib{ggml,whisper,llama}*.so* "$scratch/native"
rm -f "$scratch"/native/libggml-cpu-*.so
[ -e "$native/libggml-cpu.so" ] || fail 69 "$native has no engines for this CPU alone" "FORCE=1 data/scripts/build-engines.sh"
chmod -R a+rX "$scratch"

# seconds OPTIONS…: what transcribing took, in a new library.
seconds() {
  docker run --rm --user 0:0 --tmpfs /app/bd:mode=1777 --tmpfs /app/data:mode=1777 --volume "$root/data/models:/models:ro" \
    --volume "$(realpath "$root/data/models/whisper"):/app/data/models/whisper:ro" --volume "$scratch:$scratch:ro" "$@" \
    commentbot-core process "$scratch/speech.wav" --llm none --kinds none --json |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["report"]["timings"]["transcribe"])'
}
seconds >/dev/null
for ((n = 0; n < runs; n++)); do
  echo "dispatching $(seconds)"
  echo "native $(seconds --env LD_LIBRARY_PATH="$scratch/native")"
done | tee "$scratch/figures"
python3 - "$scratch/figures" <<'END'
import statistics, sys
figures = {}
for line in open(sys.argv[1]):
    name, value = line.split()
    figures.setdefault(name, []).append(float(value))
medians = {name: statistics.median(values) for name, values in figures.items()}
print(f"median dispatching {medians['dispatching']:.2f} s, native {medians['native']:.2f} s: "
      f"{(medians['dispatching'] / medians['native'] - 1) * 100:+.1f} %")
END
