# shellcheck shell=bash
# What the scripts in this folder share. Sourced, never run.
# shellcheck disable=SC2034  # for the scripts

# shellcheck source=data/scripts/base.sh
source "$(dirname "${BASH_SOURCE[0]}")/base.sh"

# path_hint: how to call the program by its name alone, where that does not work yet.
path_hint() {
  case ":$PATH:" in
  *":$PREFIX/bin:"*) ;;
  *) printf '    %s is not on your PATH:\n  → export PATH="%s:%sPATH"\n' "$PREFIX/bin" "$PREFIX/bin" "\$" ;;
  esac
}

# readable FILE: its path from the root; ends here where there is no such file.
readable() {
  if [ ! -r "$1" ] || [ -d "$1" ]; then fail 66 "$1 cannot be read" "ls -l $(printf %q "$(dirname "$1")")"; fi
  realpath "$1"
}

# value_of NAME [FILE]: a setting of .env as Compose reads it, or of another such file.
value_of() {
  local value file=${2:-$root/.env}
  [ -r "$file" ] || return 0
  value=$(sed -nE "s/^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=[[:space:]]*(.*[^[:space:]])?[[:space:]]*$/\\2/p" "$file" | tail -n 1)
  case "$value" in
  \"*) value=${value#\"} && value=${value%%\"*} ;;
  \'*) value=${value#\'} && value=${value%%\'*} ;;
  *) value=$(sed -E 's/(^|[[:space:]]+)#.*//' <<<"$value") ;;
  esac
  printf '%s' "$value"
}

# has_compose: whether there is Docker Compose; sets compose_command.
compose_command=()
has_compose() {
  [ ${#compose_command[@]} = 0 ] || return 0
  command -v docker >/dev/null || return 1
  if docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif command -v docker-compose >/dev/null; then
    compose_command=(docker-compose)
  else
    return 1
  fi
}

# container_id SERVICE [OPTIONS…]: of the compose file's container, where there is one.
container_id() {
  [ -f "$root/docker-compose.yml" ] && has_compose || return 1
  # The files that .env names are named from there.
  (cd "$root" && "${compose_command[@]}" --project-directory "$root" ps --quiet "$1" "${@:2}" 2>/dev/null) | sed -n 1p
}

# What setup-systemd.sh has put there, where it has.
services_unit=${DESTDIR:-}/etc/systemd/system/commentbot.service
services_home=${DESTDIR:-}/var/lib/commentbot
services_settings=${DESTDIR:-}/etc/commentbot/commentbot.env

# in_docker: whether the services of the compose file are, or were, up here.
in_docker() {
  [ "${COMMENTBOT_SERVICE:-}" != none ] && [ -n "$(container_id commentbot-core --all)" ]
}

# in_systemd: whether services of this machine are set up, and no other library is named.
in_systemd() {
  [ "${COMMENTBOT_SERVICE:-}" != none ] && [ -e "$services_unit" ] &&
    [ "$(realpath -m "${COMMENTBOT_HOME:-$services_home}")" = "$(realpath -m "$services_home")" ]
}

# find_installation: which of them is looked after here, and says so: the first that there is. Sets installation to docker,
# systemd or home; and the program, where it is not in a container.
find_installation() {
  if in_docker; then
    installation=docker
    echo "the Docker services of $root:" >&2
  elif in_systemd; then
    installation=systemd
    echo "systemd's services, with the library in $services_home:" >&2
    use_services
  else
    installation=home
    program=$(find_program)
    [ -n "$program" ] || fail 69 "there is no commentbot on the PATH" "data/scripts/setup.sh"
    export COMMENTBOT_HOME=${COMMENTBOT_HOME:-$root}
    echo "the library in $COMMENTBOT_HOME:" >&2
  fi
}

# use_services: sets the program to that of systemd's services.
use_services() {
  [ "$(id -u)" = 0 ] || fail 77 "only root and the services themselves can read their library" "sudo $0"
  program=${COMMENTBOT:-$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$services_unit")}
}

# as_services COMMAND…: as the user of systemd's services, with their settings, which are in no command line.
as_services() (
  export COMMENTBOT_HOME=$services_home TMPDIR=/var/tmp COMMENTBOT_UNIT
  COMMENTBOT_UNIT=$(basename "$services_unit")
  mapfile -t names < <(sed -nE 's/^[[:space:]]*([A-Za-z_][A-Za-z_0-9]*)[[:space:]]*=.*/\1/p' "$services_settings" 2>/dev/null)
  for name in "${names[@]}"; do export "$name=$(value_of "$name" "$services_settings")"; done
  cd "$services_home" && exec runuser --user commentbot -- env "HOME=$services_home" "$@"
)

# services_address: where systemd's services answer, by their settings.
services_address() {
  local host port
  host=$(value_of COMMENTBOT_SERVE_HOST "$services_settings")
  port=$(value_of COMMENTBOT_SERVE_PORT "$services_settings")
  case "$host" in "" | 0.0.0.0 | ::) host=127.0.0.1 ;; *:*) host="[$host]" ;; esac
  echo "http://$host:${port:-8080}"
}

# find_program: the path of the program outside of containers; nothing when there is none.
find_program() {
  local candidate
  for candidate in "${COMMENTBOT:-}" "$(command -v commentbot || true)" "$PREFIX/bin/commentbot" \
    "$root/.build/release/commentbot" "$root/.build/debug/commentbot"; do
    [ -z "$candidate" ] || [ ! -e "$candidate" ] || { printf '%s\n' "$candidate" && return; }
  done
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

# idle UNIT… -- COMMAND…: of what the command installs these services do not run, now or at a boot; those that are here
# already go on. In a shell of its own: however the command ends, or is ended, they can be started again.
idle() (
  unwanted=()
  while [ "$1" != -- ]; do
    [ ! -d "${DESTDIR:-}/run/systemd/system" ] || systemctl cat "$1.service" >/dev/null 2>&1 || unwanted+=("$1.service")
    shift
  done
  shift
  if [ ${#unwanted[@]} -gt 0 ]; then
    trap 'quietly as_root systemctl unmask "${unwanted[@]}" && quietly as_root systemctl disable "${unwanted[@]}" || true' EXIT
    quietly as_root systemctl mask "${unwanted[@]}" || true
  fi
  "$@"
)
