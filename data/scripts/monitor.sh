#!/usr/bin/env bash
# Asks CommentBot whether it is well, and writes a line of JSON, as its own logs are; exits with 1 when it is not.
#
#   data/scripts/monitor.sh [OPTION…]
#
#   --url URL          where it is (default: where the settings of this clone's Docker services, of systemd's, or
#                      COMMENTBOT_SERVE_PORT have it, as in backup.sh; http://127.0.0.1:8080 without such)
#   --key-file FILE    a key with the scope admin, for the figures; needed from elsewhere, and with Docker
#   --health-only      asks for no figures
#   --max-wait N       a job that waits for longer than N seconds is a warning (default 3600)
#   --every N          again every N seconds, until it is stopped
#   --log FILE         the lines go to the end of FILE
#   --notify PROGRAM   is called with `well`, `warning` or `ill` and a sentence whenever that has changed
#
# The proxies of docker-compose.prod.yml give no figures: those are asked of the core's container itself, which works on Linux
# and where no --url is named; else there is --health-only.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
url='' key_file='' figures=1 max_wait=3600 every='' log='' notify='' before=well
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --url) url=${2:?URL} && shift ;;
  --key-file) key_file=${2:?FILE} && shift ;;
  --health-only) figures= ;;
  --max-wait) max_wait=${2:?SECONDS} && shift ;;
  --every) every=${2:?SECONDS} && shift ;;
  --log) log=${2:?FILE} && shift ;;
  --notify) notify=${2:?PROGRAM} && shift ;;
  *) fail 64 "unknown argument $1" "$0 -h" ;;
  esac
  shift
done
[ -z "$key_file" ] || key_file=$(readable "$key_file")

# find_address: sets the url of the installation that is here, and whether a proxy is in front.
proxied=
find_address() {
  local port=${COMMENTBOT_SERVE_PORT:-}
  if in_docker; then
    case ":$(value_of COMPOSE_FILE):" in
    *:docker-compose.prod.yml:*) proxied=1 url=https://$(value_of COMMENTBOT_DOMAIN) && return ;;
    esac
    port=$(value_of COMMENTBOT_PORT)
  elif in_systemd; then
    url=$(services_address) && return
  fi
  url=http://127.0.0.1:${port:-8080}
}
[ -n "$url" ] || find_address

# figures_address: each core's container has another one.
figures_address() {
  [ -n "$proxied" ] || { echo "$url" && return; }
  docker inspect --format '{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}' "$(container_id commentbot-core)" |
    sed -n 's,^[0-9.]\{1\,\}$,http://&:8080,p' | sed -n 1p
}

# ask URL: the answer, and its status in a line of its own behind. The key is in no command line.
ask() {
  curl --silent --show-error --max-time 15 --write-out '\n%{http_code}' \
    --config <([ -z "$key_file" ] || printf 'header = "Authorization: Bearer %s"\n' "$(cat "$key_file")") "$1" 2>&1
}

# figure NAME: the sum over its labels.
figure() {
  awk -v name="$1" '$1 == name || index($1, name "{") == 1 { sum += $2 } END { print sum + 0 }' <<<"$metrics"
}

# look: sets state, sentence and metadata.
look() {
  local answer status metrics waiting
  state=well sentence="CommentBot is well" metadata="\"url\":\"$url\""
  answer=$(ask "$url/health/ready") || true
  status=${answer##*$'\n'}
  if [ "$status" != 200 ]; then
    state=ill sentence="CommentBot does not answer at $url"
    if [ "$status" = 503 ]; then
      # What is in front of it may say so too, in words of its own.
      sentence=$({ grep -oE '"[a-z_]+":\{[^{}]*"ready":false' <<<"$answer" || true; } | cut -d '"' -f 2 | paste -sd ,)
      sentence="CommentBot is not ready: ${sentence:-what is in front of it does not reach it}"
    fi
    return
  fi
  [ -n "$figures" ] || return 0
  metrics=$(ask "$(figures_address)/metrics") || true
  if [ "${metrics##*$'\n'}" != 200 ]; then
    state=warning sentence="CommentBot is well, but gives no figures: status ${metrics##*$'\n'}"
    return
  fi
  waiting=$(figure commentbot_queue_age_seconds)
  metadata+=",\"waiting_seconds\":$waiting"
  metadata+=",\"queued\":$(figure 'commentbot_jobs{state="queued"}'),\"running\":$(figure 'commentbot_jobs{state="running"}')"
  if awk -v waiting="$waiting" -v most="$max_wait" 'BEGIN { exit !(waiting > most) }'; then
    state=warning sentence="a job has waited for ${waiting%.*} s"
  fi
}

# tell: the line, in the keys of CommentBot's own logs.
tell() {
  local level=info line
  case "$state" in warning) level=warning ;; ill) level=error ;; esac
  line=$(printf '{"@timestamp":"%s","level":"%s","service":"monitor","message":"%s","metadata":{%s}}' \
    "$(date -u +%FT%T.%3NZ)" "$level" "$sentence" "$metadata")
  if [ -n "$log" ]; then printf '%s\n' "$line" >>"$log"; else printf '%s\n' "$line"; fi
  [ "$state" = "$before" ] || [ -z "$notify" ] || "$notify" "$state" "$sentence" ||
    printf '%s: %s failed\n' "$(basename "$0")" "$notify" >&2
  before=$state
}

while :; do
  look
  tell
  [ -n "$every" ] || break
  sleep "$every"
done
[ "$state" != ill ]
