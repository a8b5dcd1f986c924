# shellcheck shell=bash
# Tests of restore.sh. Sourced by run.sh, never run.

restore_damagedFile_stopsNothing() {
  ends 0 deploy deploy --version v1
  : >"$STANDIN/calls"
  echo nothing >"$HOME/file.tar"
  ends 65 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  never ' stop '
  ends 66 data/scripts/restore.sh "$HOME/none.tar" >"$HOME/out" 2>&1
}

restore_whole_stopsChecksAndStarts() {
  ends 0 deploy deploy --version v1
  echo 1 >"$HOME/file.tar"
  ends 0 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  calls 'restore /run/file.tar --check' 'stop' 'restore /run/file.tar --keep-config' 'up .*commentbot-core'
}

restore_notHealthyAfterwards_bringsBackWhatWasThere() {
  ends 0 deploy deploy --version v1
  # A library of a version that is not here.
  echo 9 >"$HOME/file.tar"
  ends 1 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  [ "$(cat "$STANDIN/library")" = 1 ] || wrong "the other library is still there"
  is_up commentbot-core v1
}
