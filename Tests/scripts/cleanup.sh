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

cleanup_imageInUse_removesTheRest() {
  local version
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  for version in v1 v2 v3 latest; do printf '%s=2\n' "$version" >>"$STANDIN/schemas"; done
  for version in v1 v2 v3 latest; do ends 0 deploy deploy --version "$version"; done
  ends 0 data/scripts/cleanup.sh >"$HOME/out" 2>&1
  says "at most 2.5GB	build cache"
  never 'builder prune'
  fault "image commentbot-core:v1"
  ends 1 data/scripts/cleanup.sh --apply >"$HOME/out" 2>&1
  says "image is being used"
  calls 'image rm commentbot-core:v1' 'image rm commentbot-models:v1' 'image rm whisper-service:v1' \
    'builder prune --force --filter until=168h'
}

cleanup_systemd_isTheServicesLibrary() {
  with_systemd
  ends 0 data/scripts/cleanup.sh --apply >"$HOME/out" 2>&1
  calls "commentbot in $DESTDIR/var/lib/commentbot with debug of commentbot.service: commentbot cleanup --apply"
}
