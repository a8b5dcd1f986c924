# shellcheck shell=bash
# Backups and logs. Sourced by test-docker.sh, never run; needs check-api.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

# script NAME ARGUMENTS…: of data/scripts, as a person runs it; what it says is shown when it fails.
script() {
  local name=$1
  shift
  (cd "$house" && "data/scripts/$name.sh" "$@") 2>"$engine/script.log" ||
    wrong "$name.sh ends with $?: $(tail -n 5 "$engine/script.log")"
}

check_backup() {
  local before file
  before=$(state)
  # The core makes one when it starts, and then one a day.
  compgen -G "$house/data/backups/serve/commentbot-*.tar" >/dev/null || wrong "serve has made no backup of its own"
  head -c 24 /dev/urandom | base64 >"$engine/passphrase"
  file=$(script backup --passphrase-file "$engine/passphrase")
  [ -s "$file" ] || wrong "there is no $file"
  # Not as it is in the backup: no container may write it.
  echo 'Cite short lines.' >>"$house/data/prompts/quotes.md"
  echo "    $(stat --format %s "$file") bytes while everything ran"
  # The house burns down.
  compose stop --timeout 30 commentbot-core >/dev/null 2>&1
  rm -rf "$house"/bd/commentbot/* "$house"/data/inbox/* "$house"/data/transcripts/*
  up
  [ "$(api /v1/recordings --output /dev/null --write-out '%{http_code}' 2>/dev/null || true)" = 401 ] ||
    wrong "an empty library knows the key: that check cannot fail"
  script restore --passphrase-file "$engine/passphrase" "$file" >/dev/null
  [ "$(state)" = "$before" ] || wrong "there is something else than before"
  [ "$(tail -n 1 "$house/data/prompts/quotes.md")" = 'Cite short lines.' ] || wrong "a prompt is another one"
  # What was there before the restore can be had again, and the backup once more.
  script restore --undo >/dev/null
  [ "$(api /v1/recordings --output /dev/null --write-out '%{http_code}' 2>/dev/null || true)" = 401 ] ||
    wrong "--undo does not bring back what was there before"
  script restore --passphrase-file "$engine/passphrase" "$file" >/dev/null
  [ "$(state)" = "$before" ] || wrong "the second time there is something else"
}

# json_logs SERVICE: each line is a record.
json_logs() {
  compose logs --no-log-prefix "$1" 2>/dev/null | python3 -c '
import json, sys
lines = [line for line in sys.stdin if line.strip()]
plain = []
for line in lines:
    try:
        record = json.loads(line)
        assert {"@timestamp", "level", "service", "message"} <= record.keys(), record
    except ValueError:
        plain.append(line)
print(f"    {sys.argv[1]}: {len(lines)} lines")
sys.exit(f"    ✗ not JSON: {plain[:3]}" if plain or not lines else 0)' "$1"
}

check_logs() {
  local id files
  json_logs commentbot-core
  json_logs whisper-service
  # A container of the core's service, with all that the compose file gives it, writes three times as much as may stay.
  id=$(compose run --detach --no-deps --entrypoint /bin/sh commentbot-core -c \
    'yes "a line of the log that is of no use to anybody" | head -n 600000' 2>/dev/null)
  docker wait "$id" >/dev/null
  files=$(find "$engine/data/containers/$id"* -name '*-json.log*' -size +0 -printf '%s ')
  docker rm --volumes "$id" >/dev/null
  echo "    bytes that stay of 80 million: $files"
  awk '{ exit !(NF == 3 && $1 < 10.1e6 && $2 < 10.1e6 && $3 < 10.1e6) }' <<<"$files" || wrong "that is not three times 10 MB"
}
