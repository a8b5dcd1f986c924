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
  calls 'restore /run/file.tar --keep-config --check' 'stop' 'restore /run/file.tar --keep-config$' 'up .*commentbot-core'
}

restore_notHealthyAfterwards_bringsBackWhatWasThere() {
  ends 0 deploy deploy --version v1
  # A library of a version that is not here.
  echo 9 >"$HOME/file.tar"
  ends 1 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  [ "$(cat "$STANDIN/library")" = 1 ] || wrong "the other library is still there"
  is_up commentbot-core v1
}

restore_contradictions_areRefused() {
  ends 0 deploy deploy --version v1
  echo 1 >"$HOME/file.tar"
  : >"$STANDIN/calls"
  ends 64 data/scripts/restore.sh --undo --check >"$HOME/out" 2>&1
  ends 64 data/scripts/restore.sh --undo "$HOME/file.tar" >"$HOME/out" 2>&1
  ends 66 data/scripts/restore.sh --passphrase-file "$HOME/mistyped" "$HOME/file.tar" >"$HOME/out" 2>&1
  says "$HOME/mistyped cannot be read"
  never ' (stop|restore) '
}

restore_inDocker_otherPrompts_saysHowTheyComeBack() {
  ends 0 deploy deploy --version v1
  fault prompts
  mkdir "$HOME/my files" && echo 1 >"$HOME/my files/file.tar"
  ends 0 data/scripts/restore.sh --check "$HOME/my files/file.tar" >"$HOME/out" 2>&1
  never ' stop '
  ends 0 data/scripts/restore.sh "$HOME/my files/file.tar" >"$HOME/out" 2>&1
  # As it can be typed.
  says "tar -xf $HOME/my\\ files/file.tar data/prompts data/config"
  ends 66 data/scripts/restore.sh "$HOME/my files/none.tar" >"$HOME/out" 2>&1
  says "ls -l $HOME/my\\ files"
}

restore_interrupted_startsTheServicesAgain() {
  ends 0 deploy deploy --version v1
  echo 1 >"$HOME/file.tar"
  : >"$STANDIN/calls"
  # In the middle of the restore, to the script and what it runs, as from the keyboard.
  fault interrupt
  ends 130 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  says interrupted
  calls ' stop ' 'restore /run/file.tar --keep-config' 'up .*commentbot-core'
}

restore_systemd_stopsAndStartsWhatWasUp() {
  with_systemd
  echo 2 >"$HOME/file.tar"
  ends 0 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  calls "commentbot in $DESTDIR/var/lib/commentbot .*restore $HOME/file.tar --check" \
    'systemctl stop commentbot.service commentbot-worker@1.service' "commentbot restore $HOME/file.tar$" \
    'systemctl start commentbot.service commentbot-worker@1.service' 'commentbot healthcheck --url http://127.0.0.1:8080/'
  [ "$(cat "$DESTDIR/var/lib/commentbot/library")" = 2 ] || wrong "the library is as it was"
  echo nothing >"$HOME/file.tar"
  : >"$STANDIN/calls"
  ends 65 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  never 'systemctl stop'
}

restore_systemd_notHealthyAfterwards_bringsBackWhatWasThere() {
  with_systemd
  echo 9 >"$HOME/file.tar"
  ends 1 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  calls 'commentbot restore --undo' 'systemctl start'
  [ "$(cat "$DESTDIR/var/lib/commentbot/library")" = 1 ] || wrong "the other library is still there"
}

restore_systemd_fileThatTheyCannotRead_isLent() {
  with_systemd
  echo 2 >"$HOME/file.tar"
  echo "$HOME/file.tar" >"$STANDIN/closed"
  ends 0 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  never "commentbot restore $HOME"
  [ "$(cat "$DESTDIR/var/lib/commentbot/library")" = 2 ] || wrong "the library is as it was"
}
