#!/usr/bin/env bash
# Makes a backup while CommentBot goes on working: library, transcripts, prompts and configuration, with a hash of each.
#
#   data/scripts/backup.sh [--keep N] [--passphrase-file FILE] [--audio] [FOLDER]
#
# The path of the file is printed. It looks for the services of the compose file, where they are, or were, up; then for those of
# systemd, which needs root; then for the library of COMMENTBOT_HOME or of this clone, and says which it took. FOLDER is
# data/backups when none is named, or systemd's /var/backups/commentbot.
#
#   --keep N                the newest N of FOLDER stay (default 14)
#   --passphrase-file FILE  encrypts, so that `age -d` too can read it; without the passphrase nobody can
#   --audio                 uploaded audio too
#
#   COMMENTBOT_HOME         another library than that of systemd's services
#   COMMENTBOT_SERVICE=none looks for no services
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
# shellcheck source=data/scripts/library.sh
source "$root/data/scripts/library.sh"
folder='' keep=14 passphrase='' options=()
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --keep) keep=${2:?N} && shift ;;
  --passphrase-file)
    passphrase=$(readable "${2:?FILE}")
    shift ;;
  --audio) options+=(--audio) ;;
  -*) fail 64 "unknown option $1" "$0 -h" ;;
  *) [ -z "$folder" ] || fail 64 "more than one folder" "$0 -h" && folder=$1 ;;
  esac
  shift
done
find_installation
[ "$installation" != docker ] || find_compose
default=$root/data/backups
[ "$installation" != systemd ] || default=${DESTDIR:-}/var/backups/commentbot
folder=$(realpath -m "${folder:-$default}")
cd "$root"

# Somebody else's folder stays theirs: the file is made in one of its own, and put there.
place=$folder
if [ ! -d "$folder" ]; then
  (umask 077 && mkdir -p "$folder") || fail 77 "$folder cannot be made"
  give "$folder"
fi
if [ "$installation" != home ] && ! writes "$folder"; then
  # What a container sees is a mount; systemd's services see no homes of others.
  near=$folder
  [ "$installation" != systemd ] || near=/var/tmp
  place=$(mktemp -d "$near/.commentbot.XXXXXX")
  lent_folders+=("$place")
  trap 'rm -rf "${lent_folders[@]}"' EXIT
  give "$place"
fi
[ -z "$passphrase" ] || { lend_passphrase "$passphrase" && options+=("${passphrase_options[@]}"); }
show "$place" /backups
made=$(program backup "$seen" --keep "$keep" "${options[@]}")
name=$(basename "$made")
if [ "$place" != "$folder" ]; then
  # Across disks a file is copied: it has its name only when it is whole.
  mv "$place/$name" "$folder/.$name"
  mv "$folder/.$name" "$folder/$name"
  find "$folder" -maxdepth 1 -regextype posix-extended -regex '.*/commentbot-[0-9]{8}T[0-9]{6}Z\.tar(\.age)?' | sort |
    head -n "-$keep" | tr '\n' '\0' | xargs -0 --no-run-if-empty rm --
fi
echo "$folder/$name"
