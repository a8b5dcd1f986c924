#!/usr/bin/env bash
# Asks `commentbot serve` what its own OpenAPI document allows and what it does not (Schemathesis): no answer may be a
# server's error, nor one that the document does not describe. The owner of a recording asks for 45 seconds what does no
# harm, one who has nothing asks for the rest and for deletions, and a key of too few scopes and none at all ask for
# everything.
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
export COMMENTBOT_HOME=$work/home COMMENTBOT_LLM_ENGINE=none OLLAMA_HOST=127.0.0.1:1
export COMMENTBOT_SERVE_KEY_LIMIT=0 COMMENTBOT_SERVE_FAILURE_LIMIT=0
espeak-ng -v en-us -s 150 -w "$work/home/data/inbox/talk.wav" "The committee will meet on Monday."
"$commentbot" process --kinds summary "$work/home/data/inbox/talk.wav" >/dev/null
id=$("$commentbot" list --json | sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/')
owner=$("$commentbot" keys create --scopes read,write)
stranger=$("$commentbot" keys create --owner stranger --scopes read,write)
operator=$("$commentbot" keys create --owner stranger --scopes admin)

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

# ask KEY ID SECONDS ARGUMENTS…: as the owner of the key, with this id in every path; either may be empty.
ask() {
  local key=$1 id=$2 seconds=$3
  shift 3
  {
    # shellcheck disable=SC2016  # Schemathesis looks it up itself: no key stands in a file or on a command line.
    [ -z "$key" ] || echo 'headers = { Authorization = "Bearer ${SCHEMATHESIS_KEY}" }'
    echo 'hooks = "schemathesis_hooks"'
    [ -z "$id" ] || printf '[parameters]\nid = "%s"\n' "$id"
  } >"$work/schemathesis.toml"
  (
    cd "$work"
    export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=../Tests/conformance SCHEMATHESIS_KEY=$key
    timeout $((seconds + 75)) venv/bin/st run "$url/openapi.json" --max-time "$seconds" --seed 1 \
      --phases examples,coverage,fuzzing "$@"
  )
}
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance
methods=unsupported_method,allow_header_conformance
rest='^/(asr|detect-language|v1/audio|v1/uploads)'

# The recording's own id, or every path would end at 404.
ask "$owner" "$id" "${1:-45}" --max-examples 50 --checks $checks,$methods \
  --exclude-method DELETE --exclude-path-regex "$rest"
# Deletions find nothing to delete.
ask "$stranger" "" 30 --max-examples 20 --checks $checks,$methods --include-path-regex "$rest"
ask "$stranger" "" 10 --max-examples 20 --checks $checks --include-method DELETE
# A key that opens next to nothing, and none: 403 and 401. Nobody without a key is told which methods there are.
ask "$operator" "" 15 --max-examples 10 --checks $checks,$methods
ask "" "" 15 --max-examples 10 --checks $checks
