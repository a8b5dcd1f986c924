# shellcheck shell=bash
# Tests of cleanup.sh. Sourced by run.sh, never run.

cleanup_showsFirst_removesOnlyOldImages() {
  local version
  printf '%s\n' v4=2 v5=2 >>"$STANDIN/schemas"
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  for version in v1 v2 v3 v4 v5; do ends 0 deploy deploy --version "$version"; done
  ends 0 data/scripts/cleanup.sh >"$HOME/out" 2>&1
  says "commentbot-core:v2"
  says "data/backups/before-v2.tar"
  keeps_silent ":v3"
  never 'image rm'
  ends 0 data/scripts/cleanup.sh --apply >"$HOME/out" 2>&1
  calls 'image rm commentbot-core:v1'
  never 'image rm .*:v[345]'
  [ ! -e data/backups/before-v2.tar ] || wrong "the old backup is still there"
  [ -e data/backups/before-v3.tar ] || wrong "a backup is gone that a rollback needs"
}
