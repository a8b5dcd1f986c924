# shellcheck shell=bash
# What every script has: where it is, and how it tells what it does. Sourced, never run. The images' engines are built anew when
# this changes, so that what only some scripts need is in lib.sh.
# shellcheck disable=SC2034  # for the scripts

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${PREFIX:=$([ "$(id -u)" = 0 ] && echo /usr/local || echo "$HOME/.local")}"
export PREFIX
# Once, however often this is sourced: the package manager builds anew when it changes.
case ":${PKG_CONFIG_PATH:-}:" in
*":$PREFIX/lib/pkgconfig:"*) ;;
*) export PKG_CONFIG_PATH="$PREFIX/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}" ;;
esac

# The first lines of a script's own comment are its help.
help() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
}

# step TITLE: announces what follows. done_in: says how long it took.
step() {
  step_start=$SECONDS
  printf '==> %s\n' "$1"
}
done_in() {
  printf '    %s in %d s\n' "${1:-done}" $((SECONDS - step_start))
}

# patiently COMMAND…: in a log, a line a minute says that it is still at work.
patiently() {
  if [ -t 1 ]; then
    "$@"
    return
  fi
  local watch status=0
  # The sleep must not hold a pipe open that somebody reads to its end, nor a lock.
  (exec 9>&- && while sleep 60 >/dev/null 2>&1 && kill -0 $$; do echo "    still at work after $((SECONDS - step_start)) s"; done) &
  watch=$!
  "$@" || status=$?
  kill "$watch" 2>/dev/null || true
  wait "$watch" 2>/dev/null || true
  return "$status"
}

# cited TEXT: what another program said.
cited() {
  local line
  [ -z "$1" ] || while IFS= read -r line; do printf '    | %s\n' "$line"; done <<<"$1" >&2
}

# quietly COMMAND…: what it says is shown only when it fails, and then the end of it: what really went wrong. That stays in
# `said`.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  said=$(tail -n 8 "$log")
  rm -f "$log"
  [ "$status" = 0 ] || cited "$said"
  return "$status"
}

# fail STATUS CAUSE [HINT]
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$2" >&2
  [ -z "${3:-}" ] || printf '  → %s\n' "$3" >&2
  exit "$1"
}

# writable FOLDER: makes it if need be.
writable() {
  mkdir -p "$1" 2>/dev/null || true
  [ -d "$1" ] && [ -w "$1" ]
}
