#!/usr/bin/env bash
# Shows what only takes room, and with --apply removes it: leftovers, decoded audio over its budget, and with Docker what
# deploy.sh kept of versions before the last three.
#
#   data/scripts/cleanup.sh [--apply] [--transcripts] [--before-restore]
#
# Nothing is removed without --apply, and nothing that the library knows in any case; beside running services it is safe. Where
# it looks is as in backup.sh.
#
#   --transcripts     also result folders that the library does not know
#   --before-restore  also what restores have kept aside
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
apply='' options=()
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --apply) apply=1 && options+=(--apply) ;;
  --transcripts | --before-restore) options+=("$1") ;;
  *) fail 64 "unknown argument $1" "$0 -h" ;;
  esac
  shift
done
cd "$root"

if ! in_docker; then
  program=$(find_program)
  [ -n "$program" ] || fail 69 "there is no commentbot on the PATH" "data/scripts/setup.sh"
  COMMENTBOT_HOME=${COMMENTBOT_HOME:-$root} exec "$program" cleanup "${options[@]}"
fi

find_compose
inside cleanup "${options[@]}"
for image in $(old_images); do
  printf '%s\timage\t%s\n' "$(docker image inspect --format '{{.Size}}' "$image" | numfmt --to=si --suffix=B)" "$image"
  [ -z "$apply" ] || quietly docker image rm "$image"
done
for file in $(old_backups); do
  printf '%s\tbackup\t%s\n' "$(stat --format %s "$file" | numfmt --to=si --suffix=B)" "$file"
  [ -z "$apply" ] || rm "$file"
done
