# shellcheck shell=bash
# Tests of deploy.sh: rollback. Sourced by run.sh, never run.

rollback_sameSchema_bringsBackTheVersionBefore() {
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v2
  ends 0 deploy rollback
  is_up commentbot-core v1
  never ' restore '
  grep -qx COMMENTBOT_VERSION=v1 .env || wrong ".env has another version"
}

rollback_migrated_asksBeforeItTakesTheOldLibrary() {
  ends 0 deploy deploy --version v1
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v3
  ends 64 deploy rollback
  is_up commentbot-core v3
  says "rollback --with-library"
  ends 0 deploy rollback --with-library
  is_up commentbot-core v1
  [ "$(cat "$STANDIN/library")" = 1 ] || wrong "the library is still v3's"
}

rollback_nothingBefore_saysSo() {
  ends 66 deploy rollback
  ends 0 deploy deploy --version v1
  ends 66 deploy rollback
}

rollback_twice_goesFurtherBackAndNeverForward() {
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v2
  ends 0 deploy deploy --version v3
  ends 0 deploy rollback --with-library
  is_up commentbot-core v2
  ends 0 deploy rollback
  is_up commentbot-core v1
  ends 66 deploy rollback
  says "there is no version before v1"
  is_up commentbot-core v1
}

rollback_ownCommits_keepAName() {
  local head
  ends 0 deploy deploy --version v1
  echo mine >own && git add own && git commit --quiet --message own
  head=$(git rev-parse --short HEAD)
  ends 0 deploy deploy --version v2
  ends 0 deploy rollback
  [ ! -e own ] || wrong "the files are not those of v1"
  says "before-rollback-$head"
  [ "$(git show "before-rollback-$head:own")" = mine ] || wrong "the commit is lost"
}

rollback_interruptedOrSick_staysOnTheVersionThatIsUp() {
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v3
  # While the core is stopped.
  fault 'interrupt v1'
  : >"$STANDIN/calls"
  ends 1 deploy rollback --with-library
  says "interrupted; v3 is up again"
  calls ' stop ' 'v3: up .*commentbot-core'
  never ' restore '
  mended
  # When the library has been brought back already.
  fault commentbot-core@v1
  ends 1 deploy rollback --with-library
  calls 'v1: run .*restore /run/backup.tar' 'v3: stop ' 'v3: run .*restore --undo' 'v3: up .*commentbot-core'
  is_up commentbot-core v3
  [ "$(cat "$STANDIN/library")" = 2 ] || wrong "the library is v1's"
  grep -qx COMMENTBOT_VERSION=v3 .env || wrong ".env has another version"
}
