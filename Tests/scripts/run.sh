#!/usr/bin/env bash
# Tries the scripts of data/scripts without an engine, a registry or a network: what they run is stood in for.
# Usage: Tests/scripts/run.sh [TEST…]
# shellcheck disable=SC2317  # the tests are called by their names
set -euo pipefail
clone=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# house: a clone with what the scripts need, and an engine where nothing is up yet; it is the folder of the test.
house() {
  export STANDIN=$scratch/$test/engine HOME=$scratch/$test
  unset COMMENTBOT_VERSION COMPOSE_FILE COMPOSE_PROFILES COMMENTBOT_HOME
  export GIT_CONFIG_GLOBAL=$HOME/gitconfig GIT_CONFIG_SYSTEM=/dev/null
  mkdir -p "$STANDIN" "$HOME/house/data"
  git config --global user.name test && git config --global user.email test@example.org
  cp -r "$clone/data/scripts" "$HOME/house/data/scripts"
  cp "$clone"/docker-compose*.yml "$clone/.gitignore" "$HOME/house"
  cd "$HOME/house"
  git init --quiet --initial-branch main && git add --all && git commit --quiet --message first
  PATH=$clone/Tests/scripts/stand-ins:$PATH
  printf '%s\n' commentbot-core commentbot-models commentbot-prestart commentbot-worker ollama ollama-init whisper-service \
    >"$STANDIN/services"
  printf '%s\n' v1=1 v2=1 v3=2 latest=1 >"$STANDIN/schemas"
  export PATIENCE=1
}
deploy() { data/scripts/deploy.sh "$@" >"$HOME/out" 2>&1; }
fault() { echo "$1" >>"$STANDIN/faults"; }
mended() { rm -f "$STANDIN/faults"; }

# wrong TEXT: ends a test.
wrong() {
  printf '      %s\n' "$1"
  [ ! -e "$HOME/out" ] || sed 's/^/      | /' "$HOME/out"
  exit 1
}
# ends STATUS COMMAND…
ends() {
  local wanted=$1 status=0
  shift
  "$@" || status=$?
  [ "$status" = "$wanted" ] || wrong "$* ended with $status, not $wanted"
}
says() { grep -qF -- "$1" "$HOME/out" || wrong "it does not say: $1"; }
keeps_silent() { ! grep -qF -- "$1" "$HOME/out" || wrong "it says: $1"; }
# is_up SERVICE VERSION
is_up() { [ "$(cat "$STANDIN/up-$1" 2>/dev/null)" = "$2" ] || wrong "$1 is up as $(cat "$STANDIN/up-$1" 2>/dev/null), not $2"; }
# calls PATTERN…: were made in this order.
calls() {
  local pattern line from=0
  for pattern in "$@"; do
    line=$(awk -v from="$from" -v pattern="$pattern" 'NR > from && $0 ~ pattern { print NR; exit }' "$STANDIN/calls")
    [ -n "$line" ] || { sed 's/^/      | /' "$STANDIN/calls" && wrong "after call $from there is no: $pattern"; }
    from=$line
  done
}
never() { ! grep -qE -- "$1" "$STANDIN/calls" || wrong "it called: $(grep -E -m 1 -- "$1" "$STANDIN/calls")"; }

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

deploy_nothingHelps_endsWith70() {
  ends 0 deploy deploy --version v1
  fault commentbot-core@v2
  fault commentbot-core@v1
  ends 70 deploy deploy --version v2
  says "v1 does not become healthy either"
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

deploy_wrongArguments_isUsage() {
  ends 64 deploy
  ends 64 deploy deploy --colour
  ends 64 deploy rollback --everything
  ends 78 deploy deploy --proxy nginx
}

backup_inDocker_mountsTheFolderAndThePassphrase() {
  ends 0 deploy deploy --version v1
  echo secret-of-mine >"$HOME/passphrase"
  ends 0 data/scripts/backup.sh --passphrase-file "$HOME/passphrase" --keep 3 "$HOME/safe" >"$HOME/out" 2>&1
  says "$HOME/safe/commentbot-20260101T000000Z.tar"
  calls 'run .*backup /backups --keep 3 --passphrase-file /run/passphrase'
  never secret-of-mine
  [ "$(stat --format %a "$HOME/safe")" = 700 ] || wrong "others can look into the folder"
}

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
  calls 'restore /run/file.tar --check' 'stop' 'restore /run/file.tar --keep-config' 'up .*commentbot-core'
}

restore_notHealthyAfterwards_bringsBackWhatWasThere() {
  ends 0 deploy deploy --version v1
  # A library of a version that is not here.
  echo 9 >"$HOME/file.tar"
  ends 1 data/scripts/restore.sh "$HOME/file.tar" >"$HOME/out" 2>&1
  [ "$(cat "$STANDIN/library")" = 1 ] || wrong "the other library is still there"
  is_up commentbot-core v1
}

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

packages_cannotBeInstalled_saysWhatAptSaid() {
  mkdir -p "$HOME/bin"
  cat >"$HOME/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
*update*) echo "W: Failed to fetch http://deb.test/InRelease  503" ; exit "${UPDATE:-0}" ;;
*) echo "E: Unable to locate package no-such-package"; exit 100 ;;
esac
END
  chmod +x "$HOME/bin/apt-get"
  export PATH=$HOME/bin:$PATH
  install_it() { bash -c 'set -euo pipefail; source data/scripts/lib.sh; apt_install no-such-package' setup.sh >"$HOME/out" 2>&1; }
  command -v sudo >/dev/null || [ "$(id -u)" = 0 ] || { ends 77 install_it && return; }
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\nexec "$@"\n' >"$HOME/bin/sudo" && chmod +x "$HOME/bin/sudo"
  ends 69 install_it
  says "E: Unable to locate package no-such-package"
  says "W: Failed to fetch http://deb.test/InRelease  503"
  says "apt-get install no-such-package"
  UPDATE=100 ends 69 install_it
  says "apt-get could not renew the lists"
}

monitor_wellWarnsAndIll() {
  local port=$HOME/port
  mkdir -p "$HOME/www/health"
  cat >"$HOME/server.py" <<'END'
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = os.path.join(sys.argv[1], self.path.strip("/").replace("/", "-"))
        status, body = open(name).read().split("\n", 1) if os.path.exists(name) else ("404", "")
        if name.endswith("metrics") and self.headers["Authorization"] != "Bearer cbk_monitor": status = "401"
        self.send_response(int(status)); self.end_headers(); self.wfile.write(body.encode())
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END
  python3 "$HOME/server.py" "$HOME/www" >"$port" &
  local server=$!
  # shellcheck disable=SC2064  # the server of this test
  trap "kill $server 2>/dev/null || true" EXIT
  until [ -s "$port" ]; do kill -0 "$server" || wrong "the server does not start"; done
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\necho "$1: $2" >>"%s"\n' "$HOME/told" >"$HOME/notify" && chmod +x "$HOME/notify"
  echo cbk_monitor >"$HOME/key"
  look() {
    data/scripts/monitor.sh --url "http://127.0.0.1:$(cat "$port")" --key-file "$HOME/key" --notify "$HOME/notify" "$@" \
      >"$HOME/out" 2>&1
  }
  printf '200\n{"checks":{"disk":{"ready":true}},"status":"ready"}' >"$HOME/www/health-ready"
  printf '200\ncommentbot_queue_age_seconds 7\ncommentbot_jobs{state="queued"} 3\ncommentbot_jobs{state="running"} 1\n' \
    >"$HOME/www/metrics"
  ends 0 look
  says '"level":"info"'
  says '"waiting_seconds":7,"queued":3,"running":1'
  python3 -c 'import json, sys; json.loads(open(sys.argv[1]).read())' "$HOME/out" || wrong "that is no JSON"
  [ ! -e "$HOME/told" ] || wrong "it told of nothing"
  ends 0 look --max-wait 5
  says '"level":"warning"'
  grep -q '^warning: a job has waited for 7 s' "$HOME/told" || wrong "nobody was told"
  printf '503\n{"checks":{"database":{"ready":true},"disk":{"code":"disk_full","ready":false}},"status":"not_ready"}' \
    >"$HOME/www/health-ready"
  ends 1 look
  says '"level":"error"'
  says 'CommentBot is not ready: disk'
  kill "$server"
  wait "$server" || true
  ends 1 look
  says 'does not answer'
}

letsencrypt_asksForATrialFirst() {
  mkdir -p "$HOME/bin"
  printf '#!/bin/sh\necho "1.2.3.4 STREAM"\n' >"$HOME/bin/getent"
  # The web's way to nginx: the file that was put there.
  cat >"$HOME/bin/curl" <<'END'
#!/bin/sh
for url; do :; done
[ ! -e "$HOME/away" ] || { echo "curl: (7) could not connect"; exit 7; }
cat "data/certificates/challenges/${url#http://talk.test/}"
END
  chmod +x "$HOME"/bin/*
  export PATH=$HOME/bin:$PATH
  get() { data/scripts/init-letsencrypt.sh "$@" >"$HOME/out" 2>&1; }
  ends 78 get
  ends 69 get talk.test me@talk.test
  says "deploy --proxy nginx"
  echo nginx >>"$STANDIN/services"
  ends 0 deploy deploy --version v1 --proxy nginx
  is_up nginx v1
  touch "$HOME/away"
  ends 69 get
  says "could not connect"
  rm "$HOME/away"
  ends 0 get
  calls 'run .*certbot --once --dry-run' 'run .*certbot --once$' 'up .*certbot'
  fault certbot
  ends 69 get --dry-run
}

docker_unchangedSinceItPassed_isNotRun() {
  mkdir -p build data/config/{nginx,traefik,prometheus,grafana}
  echo FROM nothing >build/Dockerfile
  # No root, wherever this runs: the test itself must not begin.
  mkdir -p "$HOME/bin"
  printf '#!/bin/sh\necho 1000\n' >"$HOME/bin/id" && chmod +x "$HOME/bin/id"
  export PATH=$HOME/bin:$PATH COMMENTBOT_DOCKER_DIR=$HOME/docker
  tried() { data/scripts/test-docker.sh "$@" >"$HOME/out" 2>&1; }
  ends 77 tried --if-changed
  says "sudo data/scripts/test-docker.sh"
  bash -c 'source data/scripts/lib.sh; source data/scripts/docker/stamp.sh; has_passed "$(tried)"'
  ends 0 tried --if-changed
  says "unchanged since it passed: not run"
  ends 77 tried
  echo FROM another >build/Dockerfile
  ends 77 tried --if-changed
  echo FROM nothing >build/Dockerfile
  ends 0 tried --if-changed
  echo '# a line more' >>docker-compose.prod.yml
  ends 77 tried --if-changed
}

# Every script has a -h that begins with what it does, and refuses what it does not know.
scripts_help_andUnknownOptions() {
  local script
  for script in data/scripts/*.sh; do
    [ -x "$script" ] || continue
    ends 0 "$script" -h >"$HOME/out" 2>&1
    says "$script"
    case "$script" in *diagnostic.sh) continue ;; esac
    ends 64 "$script" --no-such-option >"$HOME/out" 2>&1
  done
}

tests=("$@")
[ $# -gt 0 ] || mapfile -t tests < <(declare -F | sed -nE 's/^declare -f ([a-z]+_[A-Za-z_]+)$/\1/p' | grep -vx 'keeps_silent\|is_up')
for test in "${tests[@]}"; do
  set +e
  (set -e && house && "$test")
  status=$?
  set -e
  if [ "$status" = 0 ]; then printf '    ✓ %s\n' "$test"; else printf '    ✗ %s\n' "$test" && failed=1; fi
done
exit "$failed"
