#!/usr/bin/env bash
# Fills a library with segments and measures searches through `commentbot serve`, for an owner of nearly all of it, one of every
# 200th recording, and one of the oldest fifty. Usage: Benchmarks/search/run.sh [segments]
# Needs: Python 3, curl. COMMENTBOT names the program; else the release build is made.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${WORK:-$(mktemp -d)}
if [ -z "${COMMENTBOT:-}" ]; then
  swift build -c release --product commentbot
  COMMENTBOT=$(swift build -c release --show-bin-path)/commentbot
fi
mkdir -p "$work/bd" "$work/data"
[ -e "$work/data/models" ] || ln -s "$PWD/data/models" "$work/data/models"
export COMMENTBOT_HOME=$work OLLAMA_HOST=127.0.0.1:1 COMMENTBOT_SERVE_KEY_LIMIT=0
database=$work/bd/commentbot/commentbot.sqlite
isNew=$([ -e "$database" ] || echo yes)
keys=()
for owner in most few old; do keys+=("$owner=$("$COMMENTBOT" keys create --owner "$owner" --scopes read 2>/dev/null)"); done
[ -z "$isNew" ] || python3 Benchmarks/search/search.py load "$database" "${1:-1000000}"

rm -f "$work/address"
"$COMMENTBOT" serve --port 0 --workers 0 >"$work/address" 2>"$work/log" &
service=$!
trap 'kill $service 2>/dev/null || true; wait $service || true' EXIT
until [ -s "$work/address" ]; do
  kill -0 $service 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
  sleep 0.1
done
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(du -h "$database" | cut -f1)"
python3 Benchmarks/search/search.py measure "$(sed 's/^listening on //' "$work/address")" "$database" "${keys[@]}"
