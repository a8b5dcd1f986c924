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

deploy_interruptedOnItsWayBack_keepsTheLibrary() {
  ends 0 deploy deploy --version v1
  mkdir -p bd/commentbot && touch bd/commentbot/commentbot.sqlite
  fault commentbot-core@v2
  fault 'interrupt v1 *'
  ends 1 deploy deploy --version v2
  is_up commentbot-core v1
  never ' restore '
}

deploy_coreThatDoesNotStop_startsItsWorkersAgain() {
  echo 1 >"$STANDIN/workers"
  ends 0 deploy deploy --version v1
  fault stop
  ends 1 deploy deploy --version v2
  is_up commentbot-core v1
  is_up commentbot-worker v1
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
  : >"$STANDIN/calls"
  ends 64 deploy deploy
  says "deploy --version NAME"
  ends 64 deploy deploy --version v1
  says "v1 is up"
  never ' (up|stop|run) '
}

push_registry_buildsTagsAndPushes() {
  ends 78 deploy push --version v1
  echo COMMENTBOT_REGISTRY=registry.test/ >.env
  ends 64 deploy push
  ends 0 deploy push --version v1
  calls 'v1: build .*--tag commentbot-core:v1 ' 'tag commentbot-core:v1 registry.test/commentbot-core:v1' \
    'push registry.test/commentbot-core:v1' 'push registry.test/commentbot-models:v1' 'push registry.test/whisper-service:v1' \
    'push registry.test/commentbot-ollama:v1'
  never ' (up|stop|run) '
  fault push
  ends 70 deploy push --version v2
  says "requested access to the resource is denied"
}

deploy_withoutProxy_leavesNoOverrideToCompose() {
  ends 0 deploy deploy --version v1
  grep -qx COMPOSE_FILE=docker-compose.yml .env || wrong "there is no COMPOSE_FILE in .env"
  echo COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml >.env
  ends 0 deploy deploy --version v2
  grep -qx COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml .env || wrong "another COMPOSE_FILE is in .env"
}

deploy_proxy_changesOnlyItsOwnPart() {
  printf '%s\n' 'COMMENTBOT_DOMAIN="talk.test"' 'COMPOSE_PROFILES = "monitoring,traefik" # both' \
    "export COMPOSE_FILE='docker-compose.yml:docker-compose.gpu.yml'" >.env
  ends 0 deploy deploy --version v1 --proxy nginx
  calls 'up .*commentbot-core$' 'rm --stop --force traefik$'
  grep -qx COMPOSE_PROFILES=monitoring,nginx .env || wrong "the profiles are $(grep PROFILES .env)"
  grep -qx COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml:docker-compose.prod.yml .env || wrong "$(grep FILE .env)"
  : >"$STANDIN/calls"
  ends 0 deploy deploy --version v2 --proxy nginx
  never ' rm '
  ends 0 deploy deploy --version v3 --proxy none
  calls 'rm --stop --force nginx certbot$'
  grep -qx COMPOSE_PROFILES=monitoring .env || wrong "the profiles are $(grep PROFILES .env)"
  grep -qx COMPOSE_FILE=docker-compose.yml:docker-compose.gpu.yml .env || wrong "$(grep FILE .env)"
  [ "$(grep -c COMPOSE_ .env)" = 2 ] || wrong "$(cat .env)"
}

deploy_sickProxy_bringsBackTheOneBeforeAndItsSettings() {
  local before proxy
  echo COMMENTBOT_DOMAIN=talk.test >.env
  ends 0 deploy deploy --version v1
  before=$(grep COMPOSE_ .env)
  fault 'traefik@*'
  # None before: the core has its port again.
  ends 1 deploy deploy --version v2 --proxy traefik
  is_up commentbot-core v1
  [ "$(cat "$STANDIN/files-commentbot-core")" = docker-compose.yml ] || wrong "the core has no port"
  [ ! -e "$STANDIN/up-traefik" ] || wrong "Traefik has the ports"
  [ "$(grep COMPOSE_ .env)" = "$before" ] || wrong "the settings are $(grep COMPOSE_ .env)"
  # Another one before.
  printf '%s\n' v4=1 v5=1 v6=1 v7=1 >>"$STANDIN/schemas"
  ends 0 deploy deploy --version v4 --proxy nginx
  before=$(grep COMPOSE_ .env)
  ends 1 deploy deploy --version v5 --proxy traefik
  for proxy in nginx certbot; do is_up "$proxy" v4; done
  [ "$(cat "$STANDIN/files-commentbot-core")" = docker-compose.yml:docker-compose.prod.yml ] ||
    wrong "the core has another proxy's port"
  [ "$(grep COMPOSE_ .env)" = "$before" ] || wrong "the settings are $(grep COMPOSE_ .env)"
  # None wanted, and what comes after the core fails.
  fault commentbot-worker@v6
  echo 1 >"$STANDIN/workers"
  ends 1 deploy deploy --version v6 --proxy none
  is_up nginx v4
  # What fails before anything is touched changes no settings either.
  fault build
  ends 70 deploy deploy --version v7 --proxy traefik
  [ "$(grep COMPOSE_ .env)" = "$before" ] || wrong "the settings are $(grep COMPOSE_ .env)"
}

deploy_firstWithASickProxy_leavesItsSettings() {
  echo COMMENTBOT_DOMAIN=talk.test >.env
  fault traefik@v1
  ends 70 deploy deploy --version v1 --proxy traefik
  says "there is no version before"
  # For `status` and `logs`, and for the next try.
  grep -qx COMPOSE_PROFILES=traefik .env || wrong "the profiles are $(grep PROFILES .env)"
}

deploy_versionThatIsThere_isNotBuiltAnew() {
  ends 0 deploy deploy --version v1
  ends 0 deploy deploy --version v2
  : >"$STANDIN/calls"
  ends 64 deploy deploy --version v2
  ends 64 deploy deploy --version v1
  says "would be overwritten"
  never ' (build|up|stop) '
}

# Root's deploy.sh in a clone of somebody else, whose own `docker compose` reads it.
settings_written_keepOwnerAndMode() {
  local before
  echo OTHER=1 >.env && chmod 640 .env
  [ "$EUID" != 0 ] || chown 10001:10001 .env
  before=$(stat --format '%u:%g %a' .env)
  ends 0 deploy deploy --version v1
  grep -qx COMMENTBOT_VERSION=v1 .env || wrong "nothing was written"
  [ "$(stat --format '%u:%g %a' .env)" = "$before" ] || wrong ".env is $(stat --format '%u:%g %a' .env), not $before"
}

# By a user who is not root, since root may write everything.
settings_closedToWriting_areWrittenAllTheSame() {
  local set_it=(bash -c 'set -euo pipefail; source data/scripts/lib.sh; source data/scripts/compose.sh; set_value NEW 2')
  echo OTHER=1 >.env && chmod 440 .env
  if [ "$EUID" = 0 ]; then
    chmod a+x "${HOME%/*}" "$HOME" && chown -R 10001:10001 .
    set_it=(setpriv --reuid 10001 --regid 10001 --clear-groups "${set_it[@]}")
  fi
  ends 0 "${set_it[@]}"
  [ "$(cat .env)" = $'OTHER=1\nNEW=2' ] || wrong "there is $(cat .env)"
  [ "$(stat --format %a .env)" = 440 ] || wrong ".env is $(stat --format %a .env)"
  # What cannot be read is not replaced by a part of it, and nothing is left lying there.
  chmod 0 .env
  ends 1 "${set_it[@]}" 2>/dev/null
  chmod 400 .env
  [ "$(cat .env)" = $'OTHER=1\nNEW=2' ] || wrong "there is $(cat .env)"
  [ -z "$(find . -name '.env.??????')" ] || wrong "something is left"
}

# values, as Compose and systemd read them
settings_quotesAndComments_areNotPartOfThem() {
  cat >.env <<'END'
PLAIN=a b
COMMENTED=a#b # c
DOUBLE="a # b" # c
 export SINGLE = 'a "b"'
EMPTY=
EMPTIED= # c
TWICE=first
TWICE=second
END
  value() {
    local is
    is=$(bash -c 'set -euo pipefail; source data/scripts/lib.sh; value_of "$0"' "$1")
    [ "$is" = "$2" ] || wrong "$1 is <$is>, not <$2>"
  }
  value PLAIN "a b"
  value COMMENTED "a#b"
  value DOUBLE "a # b"
  value SINGLE 'a "b"'
  value EMPTY ""
  value EMPTIED ""
  value TWICE second
  value NONE ""
}

deploy_wrongArguments_isUsage() {
  ends 64 deploy
  ends 64 deploy deploy --colour
  ends 64 deploy rollback --everything
  ends 78 deploy deploy --proxy nginx
}
