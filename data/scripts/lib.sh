# shellcheck shell=bash
# What the scripts in this folder share. Sourced, never run.

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

# path_hint: how to call the program by its name alone, where that does not work yet.
path_hint() {
  case ":$PATH:" in
  *":$PREFIX/bin:"*) ;;
  *) printf '    %s is not on your PATH:\n  → export PATH="%s:%sPATH"\n' "$PREFIX/bin" "$PREFIX/bin" "\$" ;;
  esac
}

# container_id SERVICE [OPTIONS…]: of the compose file's container, where there is one.
container_id() {
  [ -f "$root/docker-compose.yml" ] && command -v docker >/dev/null || return 1
  docker compose --project-directory "$root" ps --quiet "$1" "${@:2}" 2>/dev/null | head -n 1
}

# find_program: the path of the program outside of containers; nothing when there is none.
find_program() {
  local candidate
  for candidate in "${COMMENTBOT:-}" "$(command -v commentbot || true)" "$PREFIX/bin/commentbot" \
    "$root/.build/release/commentbot" "$root/.build/debug/commentbot"; do
    [ -z "$candidate" ] || [ ! -e "$candidate" ] || { printf '%s\n' "$candidate" && return; }
  done
}

# writable FOLDER: makes it if need be.
writable() {
  mkdir -p "$1" 2>/dev/null || true
  [ -d "$1" ] && [ -w "$1" ]
}

# as_root COMMAND…
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# as_root_hint COMMAND…: how to type it.
as_root_hint() {
  [ "$(id -u)" = 0 ] || printf 'sudo '
  printf '%s' "$*"
}

# apt_installed PACKAGE: whether Debian's package is there.
apt_installed() {
  # The shell must not expand the format; that is for dpkg-query.
  # shellcheck disable=SC2016
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# apt_update: renews the lists of packages, once a run.
apt_update() {
  [ -z "${apt_updated:-}" ] || return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
    fail 77 "Debian packages need root, and there is no sudo" "as root: apt-get install ${missing[*]:-}"
  # Another apt may be at work: wait for it instead of failing.
  quietly as_root apt-get -o DPkg::Lock::Timeout=300 update --quiet=2 ||
    fail 69 "apt-get could not renew the lists of packages; what it said stands above" "$(as_root_hint apt-get update)"
  # A list that could not be fetched is no failure to apt-get, but why a package is not found later.
  apt_warnings=$said
  apt_updated=1
}

# apt_install PACKAGE…: installs those Debian packages that are missing.
apt_install() {
  local package missing=()
  for package in "$@"; do
    apt_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  printf '    installing %s\n' "${missing[*]}"
  apt_update
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install --yes --quiet=2 \
    --no-install-recommends "${missing[@]}" || {
    [ -z "$apt_warnings" ] || cited "Before that, apt-get update said:"$'\n'"$apt_warnings"
    fail 69 "apt-get could not install ${missing[*]}; what it said stands above" \
      "$(as_root_hint apt-get install "${missing[@]}")"
  }
}
