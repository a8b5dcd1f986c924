# shellcheck shell=bash
# Docker Compose, for the scripts that look after CommentBot's services. Sourced, never run; needs lib.sh.
# shellcheck disable=SC2034,SC2154  # for the scripts; lib.sh has the root

# macOS has others: bash 3.2, and BSD's tools. Help needs neither.
case "${1:-}" in
-h | --help) ;;
*)
  { [ "${BASH_VERSINFO[0]}${BASH_VERSINFO[1]}" -ge 44 ] && realpath -m / >/dev/null 2>&1; } ||
    fail 69 "this needs bash 4.4 or later, GNU's coreutils and findutils; here is bash $BASH_VERSION" \
      "brew install bash coreutils findutils flock    # and their gnubin folders at the beginning of PATH" ;;
esac

# The services that do their work once, and those that the core asks.
once=' commentbot-prestart commentbot-models ollama-init metrics-key '
engines=' ollama whisper-service '

# set_value NAME VALUE: in .env, whole or not at all; whose it is, it stays.
set_value() {
  local new file=$root/.env
  new=$(mktemp "$file.XXXXXX") || return 1
  # Its mode comes last: it may be closed to writing.
  {
    { [ ! -e "$file" ] || grep -vE "^[[:space:]]*(export[[:space:]]+)?$1[[:space:]]*=" "$file" || [ $? = 1 ]; } >"$new" &&
      printf '%s=%s\n' "$1" "$2" >>"$new" &&
      { [ ! -e "$file" ] || cp --attributes-only --preserve=mode,ownership "$file" "$new"; } && mv -f "$new" "$file"
  } || { rm -f "$new" && return 1; }
}

# without LIST SEPARATOR NAME…: the list without those.
without() {
  local list=$1 separator=$2
  shift 2
  tr "$separator" '\n' <<<"$list" | { grep -vxF "$(printf '%s\n' "$@")" || true; } | paste -sd "$separator" -
}

# use_proxy NAME: from here on; what else was chosen stays. keep_proxy writes it to .env, leave_proxy goes back.
use_proxy() {
  local files profiles_now profiles
  files=$(without "$(value_of COMPOSE_FILE)" : docker-compose.prod.yml)
  profiles_now=$(value_of COMPOSE_PROFILES)
  profiles=$(without "$profiles_now" , traefik nginx)
  case "$1" in
  traefik | nginx)
    [ -n "$(value_of COMMENTBOT_DOMAIN)" ] || fail 78 "the proxy needs COMMENTBOT_DOMAIN and ACME_EMAIL in .env" "edit .env"
    files+=:docker-compose.prod.yml
    profiles+=${profiles:+,}$1 ;;
  none) ;;
  *) fail 64 "there is no proxy $1" "$0 -h" ;;
  esac
  case ",$profiles_now," in
  *",$1,"*) ;;
  *,traefik,*) proxy_before=traefik proxy_new=$1 ;;
  *,nginx,*) proxy_before=nginx proxy_new=$1 ;;
  *) proxy_new=$1 ;;
  esac
  files_before=$COMPOSE_FILE profiles_before=${COMPOSE_PROFILES-$profiles_now}
  export COMPOSE_FILE=$files COMPOSE_PROFILES=$profiles
}

# keep_proxy: also for `docker compose` by hand.
keep_proxy() {
  [ -n "$proxy" ] || return 0
  set_value COMPOSE_FILE "$COMPOSE_FILE"
  set_value COMPOSE_PROFILES "$COMPOSE_PROFILES"
}

leave_proxy() {
  [ -n "$proxy" ] || return 0
  remove_proxy "$proxy_new" || true
  COMPOSE_FILE=$files_before COMPOSE_PROFILES=$profiles_before
}

# remove_proxy NAME: it has the ports that another one needs.
proxy_before=none proxy_new=none
remove_proxy() {
  local services=("$1")
  case "$1" in none) return ;; nginx) services+=(certbot) ;; esac
  COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml COMPOSE_PROFILES=$1 quietly compose rm --stop --force "${services[@]}"
}

# find_compose: ends here when there is none, or no engine that it could talk to.
find_compose() {
  command -v docker >/dev/null || fail 69 "there is no docker on the PATH" "https://docs.docker.com/engine/install"
  has_compose || fail 69 "docker has no Compose" "https://docs.docker.com/compose/install/linux"
  quietly docker info || fail 69 "the Docker Engine does not answer $(id -un)" "sudo systemctl start docker"
  # Without a word in .env: not with the override for development.
  : "${COMPOSE_FILE:=$(value_of COMPOSE_FILE)}"
  export COMPOSE_FILE=${COMPOSE_FILE:-docker-compose.yml}
}

compose() {
  "${compose_command[@]}" --project-directory "$root" "$@"
}

# inside ARGUMENT…: the program in the core's own container where it is up.
inside() {
  if [ -n "$(container_id commentbot-core)" ]; then
    compose exec -T commentbot-core commentbot "$@"
  else
    program "$@"
  fi
}

# containers_owner: USER:GROUP that the services run as.
containers_owner() {
  local user group
  user=$(value_of COMMENTBOT_UID)
  group=$(value_of COMMENTBOT_GID)
  echo "${user:-10001}:${group:-10001}"
}

# workers: how many there shall be beside the core: by .env, or as many as there are.
workers() {
  local count
  count=$(value_of COMMENTBOT_WORKER_COUNT)
  if [ -n "$count" ]; then echo "$count"; else compose ps --quiet commentbot-worker | grep -c . || true; fi
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
