#!/usr/bin/env bash
# Makes a backup while CommentBot goes on working: library, transcripts, prompts and configuration, with a hash of each.
#
#   data/scripts/backup.sh [--keep N] [--passphrase-file FILE] [--audio] [FOLDER]
#
# FOLDER is data/backups when none is named; the path of the file is printed. The services of the compose file are backed up
# where they are, or were, up; otherwise the library of this clone, or the one of COMMENTBOT_HOME.
#
#   --keep N                the newest N of FOLDER stay (default 14)
#   --passphrase-file FILE  encrypts, so that `age -d` too can read it; without the passphrase nobody can
#   --audio                 uploaded audio too
#
#   COMMENTBOT_SERVICE=none looks at this machine only
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
folder='' keep=14 passphrase='' options=()
while [ $# -gt 0 ]; do
  case "$1" in
  -h | --help) help && exit ;;
  --keep) keep=${2:?N} && shift ;;
  --passphrase-file) passphrase=$(realpath "${2:?FILE}") && shift ;;
  --audio) options+=(--audio) ;;
  -*) fail 64 "unknown option $1" "$0 -h" ;;
  *) [ -z "$folder" ] || fail 64 "more than one folder" "$0 -h" && folder=$1 ;;
  esac
  shift
done
folder=$(realpath -m "${folder:-$root/data/backups}")
(umask 077 && mkdir -p "$folder") || fail 77 "$folder cannot be made"
cd "$root"

if in_docker; then
  find_compose
  give "$folder"
  with_mount "$folder" /backups
  [ -z "$passphrase" ] || { mount_secret "$passphrase" /run/passphrase && options+=(--passphrase-file /run/passphrase); }
  made=$(program backup /backups --keep "$keep" "${options[@]}")
  echo "$folder/${made#/backups/}"
else
  program=$(find_program)
  [ -n "$program" ] || fail 69 "there is no commentbot on the PATH" "data/scripts/setup.sh"
  [ -z "$passphrase" ] || options+=(--passphrase-file "$passphrase")
  COMMENTBOT_HOME=${COMMENTBOT_HOME:-$root} exec "$program" backup "$folder" --keep "$keep" "${options[@]}"
fi
