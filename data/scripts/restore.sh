#!/usr/bin/env bash
# Brings a backup back: it is unpacked beside the library and checked, and only then takes its place.
#
#   data/scripts/restore.sh [--passphrase-file FILE] [--check] FILE
#   data/scripts/restore.sh --undo
#
# Where it looks is as in backup.sh. Services of Docker or systemd are stopped for it and started again; when they do not become
# healthy, what was there before comes back. Without services, stop CommentBot first. With Docker, prompts and commentbot.yml
# stay as they are: how those of the backup come back is said.
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
# shellcheck source=data/scripts/library.sh
source "$root/data/scripts/library.sh"
file='' passphrase='' check='' undo=''
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --passphrase-file)
    passphrase=$(readable "${2:?FILE}")
    shift ;;
  --check) check=1 ;;
  --undo) undo=1 ;;
  -*) fail 64 "unknown option $1" "$0 -h" ;;
  *) [ -z "$file" ] || fail 64 "more than one file" "$0 -h" && file=$1 ;;
  esac
  shift
done
[ -z "$undo" ] || [ -z "$file$check$passphrase" ] || fail 64 "--undo goes alone" "$0 -h"
[ -n "$undo" ] || [ -n "$file" ] || fail 64 "name the file to restore" "$0 -h"
[ -z "$file" ] || file=$(readable "$file")
find_installation
cd "$root"

# A mount shows what lies in a folder of root's alone, to systemd's services it must be lent.
if [ "$installation" = systemd ] && [ -n "$file" ] && ! as_services test -r "$file"; then
  lend "$file" /var/tmp
  file=$lent
fi
[ "$installation" != docker ] || find_compose
if [ -n "$undo" ]; then
  restore=(restore --undo)
else
  show "$file" "/run/$(basename "$file"):ro"
  restore=(restore "$seen")
  # Containers may not write prompts and commentbot.yml, which a check tries too.
  [ "$installation" != docker ] || restore+=(--keep-config)
  [ -z "$passphrase" ] || { lend_passphrase "$passphrase" && restore+=("${passphrase_options[@]}"); }
fi
if [ -n "$check" ] || [ "$installation" = home ]; then
  program "${restore[@]}" ${check:+--check}
  exit
fi
# A file that is no use stops nothing.
[ -n "$undo" ] || program "${restore[@]}" --check

stop() {
  case "$installation" in
  docker) stop_core ;;
  systemd) [ ${#units[@]} = 0 ] || quietly systemctl stop "${units[@]}" ;;
  esac
}
# again: until they are healthy.
again() {
  case "$installation" in
  docker) quietly start commentbot-core && { [ "$worker_count" = 0 ] || quietly start commentbot-worker; } ;;
  systemd) [ ${#units[@]} = 0 ] || start_units ;;
  esac
}
start_units() {
  local second
  systemctl reset-failed "${units[@]}" 2>/dev/null || true
  quietly systemctl start "${units[@]}" || return 1
  for ((second = 0; second < ${PATIENCE:-300}; second++)); do
    ! quietly systemctl is-failed --quiet "${units[@]}" || return 1
    ! program healthcheck --url "$(services_address)/health/ready" 2>/dev/null || return 0
    sleep 1
  done
  return 1
}
logs() {
  case "$installation" in
  docker) compose logs --tail 8 commentbot-core ;;
  systemd) journalctl --no-pager --lines 8 --unit commentbot.service ;;
  esac >&2 || true
}

case "$installation" in
docker)
  worker_count=$(workers)
  if [ -z "$undo" ]; then
    typed=$(printf %q "$file")
    config_hint="those of the backup: tar -xf $typed data/prompts data/config"
    [ -z "$passphrase" ] || config_hint="those of the backup: age -d $typed | tar -x data/prompts data/config"
  fi ;;
systemd)
  mapfile -t units < <(systemctl list-units --all --plain --no-legend --state active,activating,failed \
    commentbot.service 'commentbot-worker@*.service' | cut -d ' ' -f 1) ;;
esac
# Stopped by hand from here on, it starts what it has stopped.
trap 'echo "    interrupted" >&2' INT TERM
step "Stopping the core and its workers"
status=0
if stop; then
  done_in "done"
  program "${restore[@]}" || status=$?
else
  echo "    they do not stop" >&2
  status=70
fi
step "Starting them again"
if again; then
  done_in "done"
  [ "$status" != 0 ] || [ -n "$undo" ] || [ "$installation" != docker ] ||
    echo "    prompts and commentbot.yml are as they were; $config_hint"
  exit "$status"
fi
logs
[ "$status" = 0 ] || fail "$status" "nothing was restored, and the core does not start" "data/scripts/diagnostic.sh"
step "It does not become healthy: what was there before comes back"
stop || true
mounts=()
{ program restore --undo && again; } || fail 70 "that does not become healthy either" "data/scripts/diagnostic.sh"
done_in "done"
exit 1
