# shellcheck shell=bash
# The program on the library of the installation, for the scripts that change it. Sourced, never run; needs lib.sh, which finds
# the installation, and compose.sh.
# shellcheck disable=SC2034,SC2154  # for the scripts; lib.sh has the rest

# program ARGUMENT…: beside the services, where there are some; in Docker in a container of its own.
program() {
  case "$installation" in
  docker) compose run --rm --no-deps -T "${mounts[@]}" commentbot-core "$@" ;;
  systemd) as_services "$program" "$@" ;;
  home) "$program" "$@" ;;
  esac
}

# show FOLDER|FILE PLACE[:ro]: to the program, in a container at that place; sets where it sees it.
mounts=()
show() {
  seen=$1
  [ "$installation" = docker ] || return 0
  mounts+=(--volume "$1:$2")
  seen=${2%:ro}
}

# services_owner: USER:GROUP of the library where that is nobody who is here.
services_owner() {
  [ "$(id -u)" = 0 ] || return 0
  case "$installation" in
  docker) containers_owner ;;
  systemd) echo commentbot:commentbot ;;
  esac
}

# give FILE…: to the services' user, where this may be done; everybody else's services run as themselves.
give() {
  local owner
  owner=$(services_owner)
  [ -z "$owner" ] || chown "$owner" "$@"
}

# writes FOLDER: whether the program can write there, as far as this can be told.
writes() {
  local owner
  owner=$(services_owner)
  case "$installation" in
  docker) [ -z "$owner" ] || [ -n "$(find "$1" -maxdepth 0 -user "${owner%:*}" 2>/dev/null)" ] ;;
  systemd) as_services test -w "$1" ;;
  esac
}

# lend FILE FOLDER: makes a copy that the services' user can read, in FOLDER, which goes when the script ends; sets lent.
lent_folders=()
lend() {
  local folder
  folder=$(mktemp -d "$2/commentbot.XXXXXX")
  lent_folders+=("$folder")
  trap 'rm -rf "${lent_folders[@]}"' EXIT
  lent=$folder/$(basename "$1")
  install -m 400 "$1" "$lent"
  give "$folder" "$lent"
}

# lend_passphrase FILE: sets the options for it.
lend_passphrase() {
  lend "$1" "${TMPDIR:-/tmp}"
  show "$lent" /run/passphrase:ro
  passphrase_options=(--passphrase-file "$seen")
}
