#!/usr/bin/env bash
# Throughput of `commentbot serve` beside the same job service written with FastAPI, Uvicorn and SQLite as its tutorial shows:
# create a job, get a job, list 50; interleaved, with wrk, on one machine.
#   Benchmarks/server/run.sh [ROUNDS [SECONDS]]
# Needs: commentbot on the PATH (or COMMENTBOT=FILE), wrk, curl, jq, sox, python3-venv.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=${1:-3}
seconds=${2:-5}
commentbot=${COMMENTBOT:-commentbot}
venv=$root/.build-benchmarks/server
[ -x "$venv/bin/uvicorn" ] || {
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --requirement "$here/requirements.txt"
}
scratch=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
mkdir -p "$scratch/home/bd" "$scratch/home/data"
ln -s "$root/data/models" "$scratch/home/data/models"

COMMENTBOT_HOME=$scratch/home COMMENTBOT_SERVE_KEY_LIMIT=0 COMMENTBOT_SERVE_ADDRESS_LIMIT=0 COMMENTBOT_JOBS_QUEUE_DEPTH=10000000 \
  "$commentbot" serve --port 0 --workers 0 --log-level error >"$scratch/ours" 2>"$scratch/ours.log" &
pids+=($!)
PEER_DATABASE=$scratch/peer.db "$venv/bin/uvicorn" --app-dir "$here" peer:app --port 0 --log-level info --no-access-log \
  2>"$scratch/peer" &
pids+=($!)
until ours=$(sed -n 's/^listening on //p' "$scratch/ours") && [ -n "$ours" ] &&
  peer=$(sed -n 's/.*running on \(http[^ ]*\).*/\1/p' "$scratch/peer") && [ -n "$peer" ]; do
  kill -0 "${pids[@]}" || { cat "$scratch/ours.log" "$scratch/peer" >&2 && exit 1; }
  sleep 0.2
done

# Audio that is there: what is measured is the job alone.
sox -n -r 16000 -c 1 "$scratch/a.wav" synth 1 sine 440
first=$(curl --silent --show-error --fail --form "file=@$scratch/a.wav" "$ours/v1/jobs")
hash=$(jq -r .audio_hash <<<"$first")
peer_id=$(curl --silent --fail --header 'Content-Type: application/json' --data "{\"name\":\"a\",\"audio_hash\":\"$hash\"}" \
  "$peer/v1/jobs" | jq -r .id)

# run SIDE URL SCRIPT: requests a second, p99 in ms, and how many answers were no success.
run() {
  HASH=$hash wrk --threads 1 --connections 16 --duration "${seconds}s" --latency --script "$here/$3" "$2" >"$scratch/wrk"
  awk -v side="$1" '/99%/ {p = $2} /Requests\/sec/ {r = $2} /Non-2xx/ {n = $NF}
    END {u = p; sub(/[a-z]+$/, "", u); if (p ~ /us$/) u /= 1000; else if (p !~ /ms$/) u *= 1000
      printf "%s %.0f %.2f %d\n", side, r, u, n}' "$scratch/wrk"
}
for task in create get list; do
  for _ in $(seq "$rounds"); do
    case $task in
    create) ours_url=$ours/v1/jobs peer_url=$peer/v1/jobs ;;
    get) ours_url=$ours/v1/jobs/$(jq -r .id <<<"$first") peer_url=$peer/v1/jobs/$peer_id ;;
    list) ours_url="$ours/v1/jobs?limit=50" peer_url="$peer/v1/jobs?limit=50" ;;
    esac
    script=$([ "$task" = create ] && echo create.lua || echo get.lua)
    { run commentbot "$ours_url" "$script" && run peer "$peer_url" "$script"; } | sed "s/^/$task /"
  done
done | python3 "$here/table.py"
