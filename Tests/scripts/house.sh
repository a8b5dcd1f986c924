# shellcheck shell=bash
# What the tests share: a clone of their own, and what is said of how it went. Sourced by run.sh, never run.
# shellcheck disable=SC2154  # run.sh has the clone, the scratch folder and the name of the test

# house: a clone with what the scripts need, and an engine where nothing is up yet; it is the folder of the test.
house() {
  export STANDIN=$scratch/$test/engine HOME=$scratch/$test
  unset COMMENTBOT COMMENTBOT_VERSION COMPOSE_FILE COMPOSE_PROFILES COMMENTBOT_HOME COMMENTBOT_SERVICE DESTDIR
  export GIT_CONFIG_GLOBAL=$HOME/gitconfig GIT_CONFIG_SYSTEM=/dev/null
  mkdir -p "$STANDIN" "$HOME/house/data"
  git config --global user.name test && git config --global user.email test@example.org
  cp -r "$clone/data/scripts" "$HOME/house/data/scripts"
  mkdir "$HOME/house/data/config" && cp -r "$clone/data/config/systemd" "$HOME/house/data/config"
  cp "$clone"/docker-compose*.yml "$clone/.gitignore" "$HOME/house"
  cd "$HOME/house" || exit
  git init --quiet --initial-branch main && git add --all && git commit --quiet --message first
  PATH=$clone/Tests/scripts/stand-ins:$PATH
  printf '%s\n' commentbot-core commentbot-models commentbot-prestart commentbot-worker ollama ollama-init whisper-service \
    certbot nginx traefik >"$STANDIN/services"
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

# as_root: root, as far as the scripts can tell, who gives files away.
as_root() {
  mkdir -p "$HOME/bin"
  printf '#!/bin/sh\necho 0\n' >"$HOME/bin/id"
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\necho "chown $*" >>"$STANDIN/calls"\n' >"$HOME/bin/chown"
  chmod +x "$HOME/bin/id" "$HOME/bin/chown"
  PATH=$HOME/bin:$PATH
}

# with_systemd: the services are set up in a root of the test's own, and the core's and a worker's are up.
with_systemd() {
  as_root
  export DESTDIR=$HOME/root
  # Wherever this clone lies, which may be in somebody's home.
  COMMENTBOT=$(type -P true) data/scripts/setup-systemd.sh >/dev/null
  sed -i -E "s,^(Exec[A-Za-z]+=)[^ ]+,\\1$clone/Tests/scripts/stand-ins/commentbot," "$DESTDIR"/etc/systemd/system/*.service
  mkdir -p "$DESTDIR/var/lib/commentbot" "$DESTDIR/var/backups/commentbot" "$DESTDIR/etc/commentbot"
  echo 1 >"$DESTDIR/var/lib/commentbot/library"
  printf '# a comment\nCOMMENTBOT_LOG_LEVEL="debug"\n' >"$DESTDIR/etc/commentbot/commentbot.env"
  printf '%s\n' commentbot.service commentbot-worker@1.service >"$STANDIN/units"
}
