#!/usr/bin/env bash
# Drives the resumable uploads of `commentbot serve` with tuspy, a client of the tus protocol, over a line that breaks.
# Usage: Tests/conformance/tus.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/.build-tus
python=$work/venv/bin/python

if ! cmp -s Tests/conformance/tus-requirements.txt "$work/installed.txt"; then
  echo "Installing tuspy into $work ..."
  rm -rf "$work"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps -r Tests/conformance/tus-requirements.txt
  cp Tests/conformance/tus-requirements.txt "$work/installed.txt"
fi

swift build --product commentbot
rm -rf "${work:?}/home"
mkdir -p "$work/home/bd" "$work/home/data"
ln -s "$PWD/data/models" "$work/home/data/models"
# Real audio of some size.
sox -n -r 16000 -c 1 "$work/noise.wav" synth 120 whitenoise

# That of an earlier run would be taken for this one's.
rm -f "$work/address"
COMMENTBOT_HOME=$work/home "$(swift build --show-bin-path)/commentbot" serve --port 0 --workers 0 \
  >"$work/address" 2>"$work/log" &
service=$!
trap 'kill $service 2>/dev/null || true; wait $service || true' EXIT
# It says where it listens in one line, as soon as it does.
until [ -s "$work/address" ]; do
  kill -0 $service 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
  sleep 0.1
done
url=$(sed 's/^listening on //' "$work/address")

"$python" Tests/conformance/tus_client.py "$url" "$work/noise.wav"
