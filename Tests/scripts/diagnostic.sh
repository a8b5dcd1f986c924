# shellcheck shell=bash
# Tests of diagnostic.sh with services; those with the program itself are in Swift. Sourced by run.sh, never run.
# shellcheck disable=SC2154  # run.sh has the clone

diagnostic_systemd_looksAsTheServicesDo() {
  with_systemd
  ends 0 data/scripts/diagnostic.sh --only storage >"$HOME/out" 2>&1
  calls "commentbot in $DESTDIR/var/lib/commentbot with debug of commentbot.service: commentbot diagnose --only storage"
  printf '#!/bin/sh\necho 1000\n' >"$HOME/bin/id"
  ends 77 data/scripts/diagnostic.sh >"$HOME/out" 2>&1
  says "sudo data/scripts/diagnostic.sh"
  # Another program, or another library, is not theirs.
  COMMENTBOT=$clone/Tests/scripts/stand-ins/commentbot COMMENTBOT_HOME=$HOME ends 0 data/scripts/diagnostic.sh >"$HOME/out" 2>&1
  calls "me in $HOME .*commentbot diagnose"
}

diagnostic_container_isAskedFromAnywhereWhenItRuns() {
  ends 0 deploy deploy --version v1
  echo "running 0" >"$STANDIN/state"
  : >"$STANDIN/calls"
  # Files that .env names are named from the clone.
  cd "$HOME" || exit
  ends 0 house/data/scripts/diagnostic.sh --deep >"$HOME/out" 2>&1
  calls '^v1: ps ' '^exec id-commentbot-core commentbot diagnose --deep'
  echo "restarting 74" >"$STANDIN/state"
  : >"$STANDIN/calls"
  ends 1 house/data/scripts/diagnostic.sh >"$HOME/out" 2>&1
  never '^exec'
  says "restarts again and again, exit status 74"
  says "the port is taken"
  says "docker compose up -d --wait commentbot-core"
}
