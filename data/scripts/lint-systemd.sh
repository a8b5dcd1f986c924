#!/usr/bin/env bash
# Checks the systemd units as setup-systemd.sh puts them: without a word from systemd, and hardened.
#
#   data/scripts/lint-systemd.sh
#
# Takes a few seconds and needs no running systemd. A unit may have an exposure of 2.0 at the most.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; "") ;; *) fail 64 "unknown argument $1" "$0 -h" ;; esac
! command -v apt-get >/dev/null || apt_install systemd
command -v systemd-analyze >/dev/null || fail 69 "NOT CHECKED: systemd's units, for want of systemd-analyze"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Any program will do: what the units say of it is not looked into here.
DESTDIR=$scratch COMMENTBOT=$(type -P true) "$root/data/scripts/setup-systemd.sh" >/dev/null
units=$scratch/etc/systemd/system
# An unknown key is a warning to systemd: whatever it says is wrong. Of the machine's own units nothing is wanted.
said=$(systemd-analyze verify --man=no --recursive-errors=one "$units"/*.service "$units"/*.timer 2>&1) || true
[ -z "$said" ] || { cited "$said" && fail 1 "systemd finds fault with the units"; }
for unit in "$units"/*.service; do
  rating=$(systemd-analyze security --offline=true --threshold=20 "$unit" 2>&1) ||
    { cited "$(grep '✗' <<<"$rating")" && fail 1 "$(basename "$unit") is exposed: $(tail -n 1 <<<"$rating")"; }
  echo "    $(tail -n 1 <<<"$rating" | sed -E 's/^[^A-Z]*//; s/ [^ ]*$//')"
done
