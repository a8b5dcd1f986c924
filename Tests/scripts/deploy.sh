# shellcheck shell=bash
# Tests of deploy.sh: deploy and update. Sourced by run.sh, never run.

deploy_first_migratesThenStartsInOrder() {
  ends 0 deploy deploy --version v1
  calls 'v1: build .*--tag commentbot-core:v1 ' 'v1: build .*CORE=commentbot-core:v1 --tag whisper-service:v1' 'up .*ollama$' 'up .*whisper-service$' 'run .*commentbot-prestart' 'up .*commentbot-core$'
  never ' stop '
  says cbk_first
  is_up commentbot-core v1
  grep -qx COMMENTBOT_VERSION=v1 .env || wrong ".env does not have the version"
}

deploy_second_backsUpByTheOldBeforeTheNewMigrates() {
  ends 0 deploy deploy --version v1
  echo 2 >"$STANDIN/workers"
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  ends 0 deploy deploy --version v3
  calls 'v3: build' 'v3: up .*whisper-service$' 'v3: stop commentbot-worker commentbot-core' \
    'v1: run .*backup /backups/before-v3.tar' 'v3: run .*commentbot-prestart' 'v3: up .*commentbot-core$' \
    'v3: up .*commentbot-worker=2 commentbot-worker$'
  [ -s data/backups/before-v3.tar ] || wrong "there is no backup"
  keeps_silent cbk_
}

deploy_sickWhisperService_leavesTheCoreAlone() {
  ends 0 deploy deploy --version v1
  : >"$STANDIN/calls"
  fault whisper-service@v2
  ends 1 deploy deploy --version v2
  is_up commentbot-core v1
  is_up whisper-service v1
  never ' stop '
  says "v2 failed; v1 is up again"
  grep -qx COMMENTBOT_VERSION=v1 .env || wrong ".env has another version"
}

deploy_sickCore_bringsBackTheVersionAndKeepsTheLibraryItCanRead() {
  ends 0 deploy deploy --version v1
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  fault commentbot-core@v2
  ends 1 deploy deploy --version v2
  is_up commentbot-core v1
  never ' restore '
}

deploy_sickCoreAfterMigration_bringsBackTheLibraryToo() {
  ends 0 deploy deploy --version v1
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  fault commentbot-core@v3
  ends 1 deploy deploy --version v3
  calls 'v3: up .*commentbot-core$' 'v1: stop' 'v1: run .*restore /run/backup.tar --keep-config' 'v1: up .*commentbot-core$'
  is_up commentbot-core v1
  [ "$(cat "$STANDIN/library")" = 1 ] || wrong "the library is of schema $(cat "$STANDIN/library")"
}

deploy_failedMigrationOrBackup_bringsBack() {
  ends 0 deploy deploy --version v1
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  fault migration@v2
  ends 1 deploy deploy --version v2
  is_up commentbot-core v1
  mended
  fault backup
  ends 1 deploy deploy --version v3
  says "the disk is full"
  never 'v3: run .*prestart'
  is_up commentbot-core v1
}

deploy_firstIsSick_saysThatThereIsNoVersionBefore() {
  fault commentbot-core@v1
  ends 70 deploy deploy --version v1
  says "there is no version before"
}

deploy_noImages_changesNothing() {
  ends 0 deploy deploy --version v1
  : >"$STANDIN/calls"
  fault build
  ends 70 deploy deploy --version v2
  never ' (up|stop|run) '
}

deploy_registry_pullsInsteadOfBuilding() {
  data/scripts/setup-docker.sh >/dev/null
  echo COMMENTBOT_REGISTRY=registry.test/ >>.env
  ends 0 deploy deploy --version v1
  calls 'pull registry.test/commentbot-core:v1' 'up .*commentbot-core'
  never ' build'
}

update_sick_bringsBackTheClonesFiles() {
  git clone --quiet --bare . "$HOME/remote"
  git remote add origin "$HOME/remote" && git fetch --quiet && git branch --quiet --set-upstream-to origin/main
  ends 0 deploy deploy --version v1
  git clone --quiet "$HOME/remote" "$HOME/other"
  (cd "$HOME/other" && echo new >file && git add file && git commit --quiet --message second && git push --quiet)
  # The new version's name is made of its time.
  fault 'commentbot-core@20*'
  ends 1 deploy update
  is_up commentbot-core v1
  [ ! -e file ] || wrong "the new files are still there"
}

deploy_wrongArguments_isUsage() {
  ends 64 deploy
  ends 64 deploy deploy --colour
  ends 64 deploy rollback --everything
  ends 78 deploy deploy --proxy nginx
}
