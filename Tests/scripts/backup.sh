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

backup_mistypedPassphraseFile_makesNone() {
  ends 0 deploy deploy --version v1
  ends 66 data/scripts/backup.sh --passphrase-file "$HOME/mistyped" "$HOME/safe" >"$HOME/out" 2>&1
  says "$HOME/mistyped cannot be read"
  COMMENTBOT_SERVICE=none ends 66 data/scripts/backup.sh --passphrase-file "$HOME/mistyped" "$HOME/safe" >"$HOME/out" 2>&1
  never ' backup '
  [ ! -e "$HOME/safe" ] || wrong "there is a folder"
}

backup_rootInDocker_leavesAFolderToItsOwner() {
  local time
  ends 0 deploy deploy --version v1
  as_root
  # The images' user, whoever it is that runs the tests.
  sed -i '/^COMMENTBOT_[UG]ID=/d' .env
  mkdir "$HOME/mine"
  for time in 20250101T000000Z 20250102T000000Z 20250103T000000Z; do echo 1 >"$HOME/mine/commentbot-$time.tar"; done
  echo mine >"$HOME/mine/other.tar"
  ends 0 data/scripts/backup.sh --keep 2 "$HOME/mine" >"$HOME/out" 2>&1
  says "$HOME/mine/commentbot-20260101T000000Z.tar"
  never "chown .*mine$"
  [ "$(cd "$HOME/mine" && echo *)" = "commentbot-20250103T000000Z.tar commentbot-20260101T000000Z.tar other.tar" ] ||
    wrong "there are $(ls -A "$HOME/mine")"
  [ -z "$(find "$HOME/mine" -name '.*')" ] || wrong "something is left"
  # One that is made for it is the services'.
  ends 0 data/scripts/backup.sh "$HOME/new" >"$HOME/out" 2>&1
  calls "chown 10001:10001 $HOME/new$"
}

backup_standaloneCompose_findsTheServices() {
  ends 0 deploy deploy --version v1
  touch "$STANDIN/no-plugin"
  ends 0 data/scripts/backup.sh "$HOME/safe" >"$HOME/out" 2>&1
  says "the Docker services of"
  calls 'v1: run .*backup /backups'
}

backup_systemd_isTheServicesLibraryAsTheirUser() {
  with_systemd
  echo secret-of-mine >"$HOME/passphrase"
  ends 0 data/scripts/backup.sh --passphrase-file "$HOME/passphrase" >"$HOME/out" 2>&1
  says "systemd's services, with the library in $DESTDIR/var/lib/commentbot"
  says "$DESTDIR/var/backups/commentbot/commentbot-20260101T000000Z.tar"
  calls "commentbot in $DESTDIR/var/lib/commentbot with debug of commentbot.service: commentbot backup $DESTDIR/var/backups/commentbot --keep 14"
  never secret-of-mine
  [ ! -e data/backups ] || wrong "the clone has backups"
}

backup_systemd_folderThatTheyCannotWrite_getsItAllTheSame() {
  with_systemd
  mkdir "$HOME/mine"
  echo "$HOME/mine" >"$STANDIN/closed"
  ends 0 data/scripts/backup.sh "$HOME/mine" >"$HOME/out" 2>&1
  [ "$(ls -A "$HOME/mine")" = commentbot-20260101T000000Z.tar ] || wrong "there is $(ls -A "$HOME/mine")"
  never "chown .*$HOME/mine"
  [ -z "$(find /var/tmp -maxdepth 1 -name '.commentbot.*' -user "$EUID" -newer "$STANDIN/closed")" ] || wrong "something is left"
}

backup_libraryThatIsNamed_isTakenBeforeSystemds() {
  with_systemd
  mkdir "$HOME/mine" && echo 7 >"$HOME/mine/library"
  COMMENTBOT_HOME=$HOME/mine ends 0 data/scripts/backup.sh "$HOME/safe" >"$HOME/out" 2>&1
  says "the library in $HOME/mine"
  calls "me in $HOME/mine"
  [ "$(cat "$HOME/safe/commentbot-20260101T000000Z.tar")" = 7 ] || wrong "that is another library"
}

backup_noProgram_saysWhatBuildsIt() {
  mkdir "$HOME/tools" && ln -s "$(command -v bash)" "$(command -v env)" /usr/bin/{dirname,basename,realpath,sed,head,ls} "$HOME/tools"
  PREFIX=$HOME/prefix PATH=$HOME/tools ends 69 data/scripts/backup.sh >"$HOME/out" 2>&1
  says "there is no commentbot on the PATH"
  says "data/scripts/setup.sh"
}
