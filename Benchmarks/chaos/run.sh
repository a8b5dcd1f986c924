#!/usr/bin/env bash
# Kills and stops the server and the workers at random while clients submit N jobs and the workers do them, then checks that
# nothing was lost, doubled or written by a stale worker; then the same with the fence off, where the checks must find damage.
# Usage: run.sh [N] [SEED]; CHAOS_FLAGS has more of chaos.py, such as "--recordings 25 --lease 2".
set -euo pipefail
cd "$(dirname "$0")/../.."
jobs=${1:-500}
seed=${2:-$RANDOM}
binary=${COMMENTBOT:-.build/release/commentbot}
[ -x "$binary" ] || { echo "build it first: swift build -c release --product commentbot" >&2; exit 1; }
# shellcheck disable=SC2206  # several flags
flags=(${CHAOS_FLAGS:-})
python3 Benchmarks/chaos/chaos.py --binary "$binary" "${flags[@]}" --jobs "$jobs" --seed "$seed"
python3 Benchmarks/chaos/chaos.py --binary "$binary" "${flags[@]}" --jobs "$((jobs / 5))" --seed "$seed" --no-fence
