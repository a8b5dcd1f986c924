#!/usr/bin/env bash
# Asks `commentbot serve` what its own OpenAPI document allows and what it does not (Schemathesis), for 45 seconds: no answer may
# be a server's error, nor one that the document does not describe.
# Usage: Tests/conformance/schemathesis.sh [seconds]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$PWD/.build-schemathesis

if ! cmp -s Tests/conformance/schemathesis-requirements.txt "$work/installed.txt"; then
  echo "Installing Schemathesis into $work ..."
  rm -rf "$work"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps \
    -r Tests/conformance/schemathesis-requirements.txt
  cp Tests/conformance/schemathesis-requirements.txt "$work/installed.txt"
fi

swift build --product commentbot
commentbot=$(swift build --show-bin-path)/commentbot

# A library of its own with one recording; comments are sentences of it, so that no language model is needed.
rm -rf "${work:?}/home"
mkdir -p "$work/home/bd" "$work/home/data/inbox"
ln -s "$PWD/data/models" "$work/home/data/models"
export COMMENTBOT_HOME=$work/home COMMENTBOT_LLM_ENGINE=none OLLAMA_HOST=127.0.0.1:1 COMMENTBOT_SERVE_KEY_LIMIT=0
espeak-ng -v en-us -s 150 -w "$work/home/data/inbox/talk.wav" "The committee will meet on Monday."
"$commentbot" process --kinds summary "$work/home/data/inbox/talk.wav" >/dev/null
id=$("$commentbot" list --json | sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/')

# That of an earlier run would be taken for this one's.
rm -f "$work/address"
"$commentbot" serve --port 0 --workers 0 >"$work/address" 2>"$work/log" &
service=$!
trap 'kill $service 2>/dev/null || true; wait $service || true' EXIT
until [ -s "$work/address" ]; do
  kill -0 $service 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
  sleep 0.1
done
url=$(sed 's/^listening on //' "$work/address")

# The recording's own id, or every path would end at 404. Its deletion is left to the tests.
printf '[parameters]\nid = "%s"\n' "$id" >"$work/schemathesis.toml"
cd "$work"
timeout 120 "$work/venv/bin/st" run "$url/openapi.json" \
  --max-time "${1:-45}" --max-examples 50 --seed 1 --exclude-method DELETE --exclude-path-regex '^/(asr|detect-language|v1/audio|v1/uploads)' \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,allow_header_conformance \
  --phases examples,coverage,fuzzing
