#!/usr/bin/env bash
# Drives `commentbot whisper-service` with OpenAI's own Python SDK, which checks every answer against its schemas.
# Usage: Tests/conformance/openai-sdk.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/.build-openai-sdk
python=$work/venv/bin/python

if ! cmp -s Tests/conformance/openai-requirements.txt "$work/installed.txt"; then
  echo "Installing OpenAI's SDK into $work ..."
  rm -rf "$work"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    -r Tests/conformance/openai-requirements.txt
  cp Tests/conformance/openai-requirements.txt "$work/installed.txt"
fi

swift build --product commentbot
espeak-ng -v en-us -s 150 -w "$work/talk.wav" \
  "The committee will meet on Monday. It will discuss the budget for the new library."
espeak-ng -v es -s 150 -w "$work/charla.wav" "La comisión se reunirá el lunes para hablar del presupuesto."

# That of an earlier run would be taken for this one's.
rm -f "$work/address"
"$(swift build --show-bin-path)/commentbot" whisper-service --port 0 >"$work/address" 2>"$work/log" &
service=$!
trap 'kill $service 2>/dev/null || true; wait $service || true' EXIT
# It says where it listens in one line, as soon as it does.
until [ -s "$work/address" ]; do
  kill -0 $service 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
  sleep 0.1
done
url=$(sed 's/^listening on //' "$work/address")

"$python" Tests/conformance/openai_sdk.py "$url" "$work/talk.wav" "$work/charla.wav"
