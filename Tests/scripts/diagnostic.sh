# shellcheck shell=bash
# Tests of diagnostic.sh with systemd's services; those with the program itself are in Swift. Sourced by run.sh, never run.
# shellcheck disable=SC2154  # run.sh has the clone

diagnostic_systemd_looksAsTheServicesDo() {
  with_systemd
  ends 0 data/scripts/diagnostic.sh --only storage >"$HOME/out" 2>&1
  calls "commentbot in $DESTDIR/var/lib/commentbot with debug: commentbot diagnose --only storage"
  printf '#!/bin/sh\necho 1000\n' >"$HOME/bin/id"
  ends 77 data/scripts/diagnostic.sh >"$HOME/out" 2>&1
  says "sudo data/scripts/diagnostic.sh"
  # Another program, or another library, is not theirs.
  COMMENTBOT=$clone/Tests/scripts/stand-ins/commentbot COMMENTBOT_HOME=$HOME ends 0 data/scripts/diagnostic.sh >"$HOME/out" 2>&1
  calls "me in $HOME .*commentbot diagnose"
}
