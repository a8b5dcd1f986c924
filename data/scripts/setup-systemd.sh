#!/usr/bin/env bash
# Runs CommentBot as services of this machine, without Docker: a user of its own, folders, and hardened systemd units.
#
#   sudo data/scripts/setup-systemd.sh [--remove]
#
# After data/scripts/setup.sh as root. The library is in /var/lib/commentbot, settings of the services, as in .env.example by
# their environment's names, are in /etc/commentbot/commentbot.env; both are left alone where they are. It starts nothing:
# what to type next is said.
#
#   --remove    takes units and settings of systemd away; library, backups and /etc/commentbot stay
#   COMMENTBOT  the program to run (default the one on the PATH)
#   DESTDIR     puts the files below another root, and creates no user
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
remove=
case "${1:-}" in
-h | --help) help && exit ;;
--remove) remove=1 ;;
"") ;;
*) fail 64 "unknown argument $1" "$0 -h" ;;
esac
cd "$root/data/config/systemd"
: "${DESTDIR:=}"
units=$DESTDIR/etc/systemd/system
[ -n "$DESTDIR" ] || [ "$(id -u)" = 0 ] || fail 77 "units of the system are root's to write" "sudo $0"
# Without systemd at work, as in an image, files can be put in their places all the same.
running() { [ -d "$DESTDIR/run/systemd/system" ]; }

if [ -n "$remove" ]; then
  for unit in *.timer *.service; do
    if ! running || [ ! -e "$units/$unit" ]; then continue; fi
    # Workers have names of their own: stop takes a pattern, and disable their template.
    quietly systemctl stop "${unit/@./@*.}" || true
    quietly systemctl disable "$unit" || true
  done
  for unit in *.service *.timer; do rm -f "${units:?}/$unit" "$units/$unit.d/hardening.conf"; done
  rmdir "$units"/commentbot*.d 2>/dev/null || true
  rm -f "$DESTDIR/etc/sysusers.d/commentbot.conf" "$DESTDIR/etc/tmpfiles.d/commentbot.conf"
  ! running || systemctl daemon-reload
  echo "    the units are gone; /var/lib/commentbot, /var/backups/commentbot and /etc/commentbot are still there"
  exit
fi

program=${COMMENTBOT:-$(command -v commentbot || true)}
[ -n "$program" ] || fail 69 "there is no commentbot on the PATH" "data/scripts/setup.sh"
program=$(realpath "$program")
case "$program" in
/home/* | /root/* | /tmp/* | /var/tmp/*)
  fail 77 "the services do not see $program: homes and temporary folders are kept from them" \
    "sudo PREFIX=/usr/local data/scripts/setup.sh" ;;
esac

step "systemd units for $program"
for unit in *.service; do
  mkdir -p "$units/$unit.d"
  sed "s,/usr/local/bin/commentbot,$program," "$unit" >"$units/$unit"
  install -m 644 hardening.conf "$units/$unit.d/hardening.conf"
done
install -m 644 ./*.timer "$units"
install -D -m 644 commentbot.sysusers.conf "$DESTDIR/etc/sysusers.d/commentbot.conf"
install -D -m 644 commentbot.tmpfiles.conf "$DESTDIR/etc/tmpfiles.d/commentbot.conf"
if [ -z "$DESTDIR" ]; then
  systemd-sysusers /etc/sysusers.d/commentbot.conf
  systemd-tmpfiles --create /etc/tmpfiles.d/commentbot.conf
  home=/var/lib/commentbot
  if [ ! -e $home/data/models ] && [ -e "$root/data/models/manifest.json" ]; then
    echo "    copying the models of $root"
    cp -rL "$root/data/models" $home/data/models
    chown -R commentbot:commentbot $home/data/models
  fi
fi
! running || systemctl daemon-reload
done_in "done"
cat <<END
  → systemctl enable --now commentbot.service              # http://127.0.0.1:8080
  → systemctl enable --now commentbot-worker@1.service     # one more worker; @2 and so on for others
  → systemctl enable --now commentbot-backup.timer         # every night to /var/backups/commentbot
  → sudo data/scripts/diagnostic.sh
END
