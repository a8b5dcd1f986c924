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

rollback_sickWithOwnCommits_leavesThemWhereTheyWere() {
  ends 0 deploy deploy --version v1
  echo mine >own && git add own && git commit --quiet --message own
  ends 0 deploy deploy --version v2
  fault commentbot-core@v1
  ends 1 deploy rollback
  [ "$(git show main:own)" = mine ] || wrong "the commit is not on its branch"
  keeps_silent before-rollback
  [ -z "$(git branch --list 'before-rollback-*')" ] || wrong "there is a branch for commits that are where they were"
}

# A library that this version can read is never replaced, nor one of which nobody knows.
rollback_libraryAsked_isReplacedOnlyForANewerOne() {
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v2
  : >"$STANDIN/calls"
  fault 'interrupt v1 2'
  ends 0 deploy rollback
  is_up commentbot-core v1
  never ' restore '
  mended
  ends 0 deploy deploy --version v3
  : >"$STANDIN/calls"
  fault 'engine v1'
  ends 1 deploy rollback
  says "v3 is up again"
  says "the engine does not answer"
  ends 1 deploy rollback --with-library
  is_up commentbot-core v3
  never ' restore '
}

rollback_coreThatDoesNotStop_startsItsWorkersAgain() {
  echo 1 >"$STANDIN/workers"
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v2
  fault stop
  ends 1 deploy rollback
  says "the core does not stop; v2 is up again"
  is_up commentbot-core v2
  is_up commentbot-worker v2
  mended
  fault 'interrupt stop'
  ends 1 deploy rollback
  says "interrupted; v2 is up again"
}

rollback_restoreWhoseEndIsUnheard_isTakenBack() {
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v3
  fault 'restore, unheard'
  ends 1 deploy rollback --with-library
  calls 'v1: run .*restore /run/backup.tar' 'v3: run .*restore --undo' 'v3: up .*commentbot-core'
  [ "$(cat "$STANDIN/library")" = 2 ] || wrong "the library is v1's"
}

rollback_interruptedOrSick_staysOnTheVersionThatIsUp() {
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v3
  # While the core is stopped.
  fault 'interrupt v1 *'
  : >"$STANDIN/calls"
  ends 1 deploy rollback --with-library
  says "interrupted; v3 is up again"
  calls ' stop ' 'v3: up .*commentbot-core'
  never ' restore '
  mended
  # While the library is brought back.
  fault interrupt
  ends 1 deploy rollback --with-library
  says "interrupted; v3 is up again"
  [ "$(cat "$STANDIN/library")" = 2 ] || wrong "the library is v1's"
  mended
  # When the library has been brought back already.
  fault commentbot-core@v1
  ends 1 deploy rollback --with-library
  calls 'v1: run .*restore /run/backup.tar' 'v3: stop ' 'v3: run .*restore --undo' 'v3: up .*commentbot-core'
  is_up commentbot-core v3
  [ "$(cat "$STANDIN/library")" = 2 ] || wrong "the library is v1's"
  grep -qx COMMENTBOT_VERSION=v3 .env || wrong ".env has another version"
}
