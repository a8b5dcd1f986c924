# shellcheck shell=bash
# Tests of backup.sh. Sourced by run.sh, never run.

backup_inDocker_mountsTheFolderAndThePassphrase() {
  ends 0 deploy deploy --version v1
  echo secret-of-mine >"$HOME/passphrase"
  ends 0 data/scripts/backup.sh --passphrase-file "$HOME/passphrase" --keep 3 "$HOME/safe" >"$HOME/out" 2>&1
  says "$HOME/safe/commentbot-20260101T000000Z.tar"
  calls 'run .*backup /backups --keep 3 --passphrase-file /run/passphrase'
  never secret-of-mine
  [ "$(stat --format %a "$HOME/safe")" = 700 ] || wrong "others can look into the folder"
}
