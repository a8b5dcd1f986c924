#!/usr/bin/env bash
# Shows what only takes room, and with --apply removes it: leftovers, decoded audio over its budget, and with Docker what
# deploy.sh kept of versions before the last three, and what builds have kept and not used for a week.
#
#   data/scripts/cleanup.sh [--apply] [--transcripts] [--before-restore]
#
# Nothing is removed without --apply, and nothing that the library knows in any case; beside running services it is safe. Where
# it looks is as in backup.sh. Exit status: 1 when something could not be removed.
#
#   --transcripts     also result folders that the library does not know
#   --before-restore  also what restores have kept aside
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
# shellcheck source=data/scripts/library.sh
source "$root/data/scripts/library.sh"
# shellcheck source=data/scripts/deployments.sh
source "$root/data/scripts/deployments.sh"
# shellcheck source=data/scripts/images.sh
source "$root/data/scripts/images.sh"
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
find_installation
cd "$root"
if [ "$installation" != docker ]; then
  program cleanup "${options[@]}"
  exit
fi

find_compose
status=0
inside cleanup "${options[@]}" || status=$?
# What cannot be removed, such as an image in use, keeps nothing else from it.
for image in $(old_images); do
  printf '%s\timage\t%s\n' "$(docker image inspect --format '{{.Size}}' "$image" | numfmt --to=si --suffix=B)" "$image"
  [ -z "$apply" ] || quietly docker image rm "$image" || status=1
done
for file in $(old_backups); do
  printf '%s\tbackup\t%s\n' "$(stat --format %s "$file" | numfmt --to=si --suffix=B)" "$file"
  [ -z "$apply" ] || rm "$file" || status=1
done
docker system df --format '{{.Type}}|{{.Reclaimable}}' | sed -nE 's/^Build Cache\|([^ ]*).*/at most \1\tbuild cache\tunused for a week/p'
[ -z "$apply" ] || quietly docker builder prune --force --filter until=168h || status=1
exit "$status"
