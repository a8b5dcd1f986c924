#!/usr/bin/env bash
# Brings CommentBot's services on this machine to a version, and back to the one before when they do not become healthy.
#
#   data/scripts/deploy.sh deploy [--proxy traefik|nginx|none] [--version NAME]    this clone as it is
#   data/scripts/deploy.sh update [--version NAME]    the newest commit of the clone's branch, then the same
#   data/scripts/deploy.sh rollback [--with-library]  the version before; --with-library also where that needs its library
#   data/scripts/deploy.sh push --version NAME        only builds the images, and puts them into COMMENTBOT_REGISTRY
#   data/scripts/deploy.sh status
#   data/scripts/deploy.sh logs [SERVICE…]
#
# Images are built under a name of their own, or pulled where .env has COMMENTBOT_REGISTRY (such as
# registry.example.org/team/): then --version says which. Those come from `push` on a machine whose .env has the same, after
# `docker login`: commentbot-core, commentbot-models, whisper-service and commentbot-ollama, by docker build, tag and push.
#
# Ollama and the whisper service are replaced first, each until it is healthy, while the core goes on. Then core and workers
# are stopped, the library is backed up to data/backups and migrated, and core, workers and the rest follow. What fails brings
# back the version before and its proxy, and its library where that version can no longer read it. The first key is printed, once.
#
#   PATIENCE  seconds to wait for each service's health (default 300)
#
# Exit status: 0; 1 the version that was up runs again, or the core of `status` is not ready; 64 also when a rollback needs
# --with-library; 66 there is nothing to go back to, or to update from; 70 no version runs, or Docker or git failed before
# anything was changed; 69 and 78 as in data/doc/CLI.md.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
# shellcheck source=data/scripts/library.sh
source "$root/data/scripts/library.sh"
# shellcheck source=data/scripts/deployments.sh
source "$root/data/scripts/deployments.sh"
# shellcheck source=data/scripts/rollback.sh
source "$root/data/scripts/rollback.sh"
# shellcheck source=data/scripts/images.sh
source "$root/data/scripts/images.sh"
installation=docker

# Ends when another one is at work.
prepare() {
  find_compose
  cd "$root"
  command -v flock >/dev/null || fail 69 "there is no flock on the PATH" "brew install flock    # elsewhere: util-linux"
  exec 9>"$root/data/.deploy.lock"
  flock --nonblock 9 || fail 69 "another deploy.sh is at work"
  set_up
  # Compose by itself would add the override for development.
  [ -n "$(value_of COMPOSE_FILE)" ] || set_value COMPOSE_FILE "$COMPOSE_FILE"
  commit=$(git rev-parse --short HEAD 2>/dev/null || echo none)
  old=$(value_of COMMENTBOT_VERSION)
  [ -n "$old" ] || [ -z "$(container_id commentbot-core --all)" ] || old=latest
  worker_count=$(workers)
  backup='' stopped='' migrated=''
}

# set_up: the folders, secrets and settings of the clone as it is now, where they are missing.
set_up() {
  quietly data/scripts/setup-docker.sh || fail 70 "the folders and secrets cannot be made" "data/scripts/setup-docker.sh"
}

# replace SERVICE: by this version's, until it is healthy.
replace() {
  step "$1"
  if quietly start "$1"; then
    done_in healthy
  else
    compose logs --no-log-prefix --tail 8 "$1" >&2 || true
    done_in "NOT healthy"
    return 1
  fi
}

# enabled: the services that stay up, of the profiles in use, those before the core first.
enabled() {
  local service all
  all=$(compose config --services | sort)
  for service in $all; do case "$engines" in *" $service "*) echo "$service" ;; esac done
  echo commentbot-core
  [ "$worker_count" = 0 ] || echo commentbot-worker
  for service in $all; do
    case "$engines$once commentbot-core commentbot-worker " in *" $service "*) ;; *) echo "$service" ;; esac
  done
}

halt() {
  [ -n "$(container_id commentbot-core --all)" ] || return 0
  step "Stopping the core and its workers"
  stopped=${stopped:-$SECONDS}
  stop_core && done_in "done"
}

# By the program that made the library: that of the version before.
back_up() {
  [ -e bd/commentbot/commentbot.sqlite ] || return 0
  step "Backup"
  local name=before-$COMMENTBOT_VERSION.tar
  [ ! -e "data/backups/$name" ] || name=before-$COMMENTBOT_VERSION-$(date -u +%Y%m%dT%H%M%S).tar
  (umask 077 && mkdir -p data/backups) && give data/backups || return 1
  mounts=()
  show "$root/data/backups" /backups
  COMMENTBOT_VERSION=${old:-$COMMENTBOT_VERSION} program backup "$seen/$name" >/dev/null || return 1
  backup=data/backups/$name
  done_in "$backup"
}

migrate() {
  step "Migration, and the first key"
  migrated=1
  compose run --rm -T commentbot-prestart && done_in "done"
}

# roll: every service to COMMENTBOT_VERSION; the core is away from its stop until it is healthy.
roll() {
  local service
  for service in $(enabled); do
    if [ "$service" = commentbot-core ]; then halt && back_up && migrate || return 1; fi
    replace "$service" || return 1
    [ "$service" != commentbot-core ] || remove_proxy "$proxy_before" || return 1
    [ "$service" != commentbot-core ] || [ -z "$stopped" ] || echo "    the API was away for $((SECONDS - stopped)) s"
  done
}

# deploy NAME [COMMIT BEFORE]
deploy() {
  local new=$1 before=${2:-none}
  step "Version $new; now up: ${old:-none}"
  export COMMENTBOT_VERSION=$new
  quietly compose config --quiet || {
    files_of "$before"
    fail 78 "the compose files and .env do not fit" "COMPOSE_FILE=$COMPOSE_FILE docker compose config"
  }
  get_images || { files_of "$before" && fail 70 "there are no images of $new; nothing was changed"; }
  # Stopped by hand from here on, it is brought back like anything else that fails.
  trap 'echo "    interrupted" >&2' INT TERM
  if roll; then
    keep_proxy
    set_value COMMENTBOT_VERSION "$new"
    record up
    echo "==> $new is up. data/scripts/cleanup.sh shows which images nobody needs any more."
    return
  fi
  record failed || true
  if [ -z "$old" ]; then
    keep_proxy
    fail 70 "$new does not become healthy, and there is no version before" "$0 status    # and: $0 logs"
  fi
  leave_proxy
  files_of "$before" || true
  bring_back "$old" "$backup" || fail 70 "$old does not become healthy either" "data/scripts/diagnostic.sh"
  echo "==> $new failed; $old is up again."
  exit 1
}

update() {
  local before=$commit
  [ "$commit" != none ] || fail 66 "this folder is no clone: there is nothing to update from" "$0 deploy"
  quietly git pull --quiet --ff-only || fail 70 "git cannot bring this clone forward; what it said stands above" "git pull"
  commit=$(git rev-parse --short HEAD)
  set_up
  deploy "${1:-$(version_name)}" "$before"
}

status() {
  find_compose
  cd "$root"
  echo "version: $(value_of COMMENTBOT_VERSION)"
  tail -n 5 "$deployments" 2>/dev/null | tr '\t' ' ' | sed 's/^/    /' || true
  compose ps --all --format 'table {{.Service}}\t{{.Image}}\t{{.Status}}'
  if [ -z "$(container_id commentbot-core)" ]; then
    echo "the core is not up"
    return 1
  fi
  inside healthcheck && echo "the core is ready"
}

# Images of each run have a name of their own, so that those before stay.
version_name() {
  printf '%s-%s\n' "$(date -u +%Y%m%dT%H%M%S)" "$commit"
}

# require_version NAME: one that a registry can have, and no name of images to go back to.
require_version() {
  if [ -n "$(value_of COMMENTBOT_REGISTRY)" ]; then
    [ -n "$1" ] || fail 64 "say which version of COMMENTBOT_REGISTRY" "$0 $action --version NAME"
    [ "$1" != "$old" ] || fail 64 "$1 is up" "docker compose up --detach --wait    # takes changes of .env over"
  elif [ -n "$1" ] && { echo "$old" && versions; } | grep -xF -- "$1" >/dev/null; then
    fail 64 "images of $1 are there to go back to, and would be overwritten" "$0 $action --version ANOTHER"
  fi
}

action=${1:-}
name='' proxy='' with_library=''
case "$action" in
-h | --help) help && exit ;;
deploy | update | rollback | push)
  while [ $# -gt 1 ]; do
    case "$action $2" in
    "deploy --proxy") proxy=${3:?traefik, nginx or none} && shift ;;
    "deploy --version" | "update --version" | "push --version") name=${3:?NAME} && shift ;;
    "rollback --with-library") with_library=1 ;;
    *) fail 64 "unknown argument $2" "$0 -h" ;;
    esac
    shift
  done ;;
esac
case "$action" in
deploy)
  prepare
  require_version "$name"
  [ -z "$proxy" ] || use_proxy "$proxy"
  deploy "${name:-$(version_name)}" ;;
update)
  prepare
  require_version "$name"
  update "$name" ;;
rollback) prepare; rollback "$with_library" ;;
push)
  [ -n "$(value_of COMMENTBOT_REGISTRY)" ] || fail 78 "there is no COMMENTBOT_REGISTRY in .env" "edit .env"
  [ -n "$name" ] || fail 64 "say as which version" "$0 push --version NAME"
  find_compose
  cd "$root"
  export COMMENTBOT_VERSION=$name
  push_images || fail 70 "the images are not in the registry; what docker said stands above" "docker login" ;;
status) status ;;
logs)
  shift
  find_compose
  cd "$root"
  compose logs --follow --tail 200 "$@" ;;
*) fail 64 "say what to do: deploy, update, rollback, push, status or logs" "$0 -h" ;;
esac
