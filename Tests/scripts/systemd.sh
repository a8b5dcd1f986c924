# shellcheck shell=bash
# Tests of setup-systemd.sh. Sourced by run.sh, never run.

systemd_remove_stopsAndDisablesEachUnit() {
  local unit
  with_systemd
  mkdir -p "$DESTDIR/run/systemd/system"
  ends 0 data/scripts/setup-systemd.sh --remove >"$HOME/out" 2>&1
  for unit in commentbot commentbot-whisper commentbot-backup; do
    calls "systemctl stop $unit.service" "systemctl disable $unit.service"
  done
  calls 'systemctl stop commentbot-backup.timer' 'systemctl disable commentbot-backup.timer'
  # Those that run have names, and their links are the template's.
  calls 'systemctl stop commentbot-worker@\\*.service' 'systemctl disable commentbot-worker@.service' 'systemctl daemon-reload'
  [ -z "$(find "$DESTDIR/etc/systemd/system" -name 'commentbot*')" ] || wrong "there are units"
  : >"$STANDIN/calls"
  ends 0 data/scripts/setup-systemd.sh --remove >"$HOME/out" 2>&1
  never 'stop|disable'
}
