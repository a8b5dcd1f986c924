# shellcheck shell=bash
# Docker Compose, for the scripts that look after CommentBot's services. Sourced, never run; needs lib.sh.
# shellcheck disable=SC2034,SC2154  # for the scripts; lib.sh has the root

# What deploy.sh did: time, version, commit, backup, how it ended.
deployments=$root/data/deployments.tsv
# The services that do their work once, and those that the core asks.
once=' commentbot-prestart commentbot-models ollama-init metrics-key '
engines=' ollama whisper-service '

# value_of NAME: a setting of .env.
value_of() {
  [ ! -e "$root/.env" ] || sed -n "s/^$1=//p" "$root/.env" | tail -n 1
}

# set_value NAME VALUE: in .env, whole or not at all.
set_value() {
  local new
  new=$(mktemp "$root/.env.XXXXXX")
  { grep -v "^$1=" "$root/.env" 2>/dev/null || true; } >"$new"
  printf '%s=%s\n' "$1" "$2" >>"$new"
  mv "$new" "$root/.env"
}

# find_compose: ends here when there is none, or no engine that it could talk to.
find_compose() {
  command -v docker >/dev/null || fail 69 "there is no docker on the PATH" "https://docs.docker.com/engine/install"
  if docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
  elif command -v docker-compose >/dev/null; then
    compose_command=(docker-compose)
  else
    fail 69 "docker has no Compose" "https://docs.docker.com/compose/install/linux"
  fi
  quietly docker info || fail 69 "the Docker Engine does not answer $(id -un)" "sudo systemctl start docker"
  # Without a word in .env: not with the override for development.
  : "${COMPOSE_FILE:=$(value_of COMPOSE_FILE)}"
  export COMPOSE_FILE=${COMPOSE_FILE:-docker-compose.yml}
}

compose() {
  "${compose_command[@]}" --project-directory "$root" "$@"
}

# in_docker: whether the services of the compose file are, or were, up here.
in_docker() {
  [ "${COMMENTBOT_SERVICE:-}" != none ] && [ -n "$(container_id commentbot-core --all)" ]
}

# with_mount FOLDER|FILE PLACE[:ro]: what `program` sees besides.
mounts=()
with_mount() {
  mounts+=(--volume "$1:$2")
}

# program ARGUMENT…: the core's program beside its services, in a container of its own.
program() {
  compose run --rm --no-deps -T "${mounts[@]}" commentbot-core "$@"
}

# inside ARGUMENT…: the same in the core's own container where it is up.
inside() {
  if [ -n "$(container_id commentbot-core)" ]; then
    compose exec -T commentbot-core commentbot "$@"
  else
    program "$@"
  fi
}

# give FILE…: to the services' user, where this may be done; everybody else's services run as themselves.
give() {
  local user group
  [ "$(id -u)" = 0 ] || return 0
  user=$(value_of COMMENTBOT_UID)
  group=$(value_of COMMENTBOT_GID)
  chown "${user:-10001}:${group:-10001}" "$@"
}

# mount_secret FILE PLACE: a copy that the services' user can read, in a folder that goes when the script ends.
mount_secret() {
  [ -r "$1" ] || fail 66 "$1 cannot be read"
  [ -n "${secrets:-}" ] || { secrets=$(mktemp -d) && trap 'rm -rf "$secrets"' EXIT; }
  install -m 400 "$1" "$secrets/$(basename "$2")"
  give "$secrets/$(basename "$2")"
  with_mount "$secrets/$(basename "$2")" "$2:ro"
}

# workers: how many there are beside the core.
workers() {
  compose ps --quiet commentbot-worker | grep -c . || true
}

# image_names: of CommentBot's own images, without their versions.
image_names() {
  local registry
  registry=$(value_of COMMENTBOT_REGISTRY)
  printf "$registry%s\n" commentbot-core commentbot-models whisper-service commentbot-ollama
}

# versions: those that were up, the oldest first.
versions() {
  awk -F '\t' '$5 == "up" { print $2 }' "$deployments" 2>/dev/null || true
}

# old_images: of versions that deploy.sh had made and that are none of the last three that were up.
old_images() {
  local name version kept
  [ -e "$deployments" ] || return 0
  kept=" $(versions | tail -n 3 | tr '\n' ' ') $(value_of COMMENTBOT_VERSION) "
  cut -f 2 "$deployments" | sort -u | while IFS= read -r version; do
    case "$kept" in *" $version "*) continue ;; esac
    for name in $(image_names); do
      ! docker image inspect "$name:$version" >/dev/null 2>&1 || echo "$name:$version"
    done
  done
}

# old_backups: those that deploy.sh made before versions that are none of the last three that were up.
old_backups() {
  local file kept
  kept=" $(awk -F '\t' '$5 == "up" { print $4 }' "$deployments" 2>/dev/null | tail -n 3 | tr '\n' ' ') "
  for file in data/backups/before-*.tar; do
    case "$kept" in *" $file "*) ;; *) [ ! -e "$file" ] || echo "$file" ;; esac
  done
}

# start SERVICE: and what it depends on, as the compose file has them; until they are healthy.
start() {
  local scale=()
  [ "$1" != commentbot-worker ] || scale=(--scale "commentbot-worker=$worker_count")
  compose up --detach --no-build --wait --wait-timeout "${PATIENCE:-300}" "${scale[@]}" "$1"
}

# stop_core: the core and its workers, where they are.
stop_core() {
  [ -z "$(container_id commentbot-core --all)" ] || quietly compose stop commentbot-worker commentbot-core
}
