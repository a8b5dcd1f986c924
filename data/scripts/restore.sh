#!/usr/bin/env bash
# Brings a backup back: it is unpacked beside the library and checked, and only then takes its place.
#
#   data/scripts/restore.sh [--passphrase-file FILE] [--check] FILE
#   data/scripts/restore.sh --undo
#
# With Docker, core and workers are stopped for it and started again; when they do not become healthy, what was there before
# comes back. Without, stop CommentBot first. Where it looks is as in backup.sh.
#
#   --check   only says whether the file is whole; stops and changes nothing
#   --undo    brings back what was there before the last restore
#
#   PATIENCE  seconds to wait for health (default 300)
#
# Exit status as the program's (data/doc/CLI.md), and 1 when what was there before runs again.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
file='' passphrase='' check='' undo=''
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --passphrase-file) passphrase=$(realpath "${2:?FILE}") && shift ;;
  --check) check=1 ;;
  --undo) undo=1 ;;
  -*) fail 64 "unknown option $1" "$0 -h" ;;
  *) [ -z "$file" ] || fail 64 "more than one file" "$0 -h" && file=$1 ;;
  esac
  shift
done
[ -n "$undo" ] || [ -n "$file" ] || fail 64 "name the file to restore" "$0 -h"
[ -z "$file" ] || [ -r "$file" ] || fail 66 "$file cannot be read" "ls data/backups"
[ -z "$file" ] || file=$(realpath "$file")
cd "$root"

if ! in_docker; then
  program=$(find_program)
  [ -n "$program" ] || fail 69 "there is no commentbot on the PATH" "data/scripts/setup.sh"
  options=("${file:---undo}" ${check:+--check})
  [ -z "$passphrase" ] || options+=(--passphrase-file "$passphrase")
  COMMENTBOT_HOME=${COMMENTBOT_HOME:-$root} exec "$program" restore "${options[@]}"
fi

find_compose
if [ -n "$undo" ]; then
  restore=(restore --undo)
else
  # A folder that is root's alone is no matter to a mount.
  with_mount "$file" "/run/$(basename "$file"):ro"
  restore=(restore "/run/$(basename "$file")")
  [ -z "$passphrase" ] || { mount_secret "$passphrase" /run/passphrase && restore+=(--passphrase-file /run/passphrase); }
  # A file that is no use stops nothing.
  program "${restore[@]}" --check
  [ -z "$check" ] || exit 0
  # The configuration and the prompts are this clone's, not the services'.
  restore+=(--keep-config)
fi
worker_count=$(workers)
step "Stopping the core and its workers"
stop_core || fail 70 "the services do not stop" "docker compose ps"
done_in "done"
status=0
program "${restore[@]}" || status=$?
step "Starting them again"
again() {
  quietly start commentbot-core && { [ "$worker_count" = 0 ] || quietly start commentbot-worker; }
}
if again; then
  done_in "done"
  exit "$status"
fi
compose logs --tail 8 commentbot-core >&2 || true
[ "$status" = 0 ] || fail "$status" "nothing was restored, and the core does not start" "data/scripts/diagnostic.sh"
step "It does not become healthy: what was there before comes back"
stop_core || true
mounts=()
{ program restore --undo && again; } || fail 70 "that does not become healthy either" "data/scripts/diagnostic.sh"
done_in "done"
exit 1
