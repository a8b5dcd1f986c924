#!/usr/bin/env bash
# Tries the images and the compose files on a real Docker Engine of its own, with real audio; leaves nothing behind.
#
#   data/scripts/test-docker.sh [--keep]
#
# Needs root and 15 GB. Takes up to 25 minutes on two cores. Where no registry is reachable, stand-ins take the place of the
# images that CommentBot's are made from.
#
#   --keep                 keeps the engine's images for the next time (5 minutes)
#   COMMENTBOT_DOCKER_DIR  where the engine lies (default /var/tmp/commentbot-docker)
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
keep=
case "${1:-}" in
-h | --help) help && exit ;;
--keep) keep=1 ;;
"") ;;
*) fail 64 "unknown argument $1" "$0 -h" ;;
esac
# shellcheck source=data/scripts/docker/engine.sh
source "$root/data/scripts/docker/engine.sh"
# shellcheck source=data/scripts/docker/images.sh
source "$root/data/scripts/docker/images.sh"
# shellcheck source=data/scripts/docker/checks.sh
source "$root/data/scripts/docker/checks.sh"

house=$engine/house
# Another CommentBot may have the usual ports.
export COMMENTBOT_PORT=18080 OLLAMA_MODEL=${OLLAMA_MODEL:-smollm2:135m} COMMENTBOT_UID=10001 COMMENTBOT_GID=10001
export COMMENTBOT_DOMAIN=commentbot.test ACME_EMAIL=nobody@commentbot.test
# As in production: without the override for development.
export COMPOSE_FILE=docker-compose.yml
url=http://127.0.0.1:$COMMENTBOT_PORT
failed=()

finish() {
  local status=$?
  trap - EXIT INT TERM
  if [ "$status" != 0 ]; then
    echo "==> stopped with $status; the last lines of each service:" >&2
    compose logs --tail 8 2>/dev/null | cut -c1-300 >&2 || true
  fi
  step "Cleaning up"
  compose --profile '*' down --volumes --timeout 20 >/dev/null 2>&1 || true
  rm -rf "$house"
  stop_engine "$keep"
  done_in "nothing is left"
  exit "$status"
}
trap finish EXIT INT TERM

step "A Docker Engine of its own"
start_engine
# The files of this clone, without what it has transcribed.
rm -rf "$house" && mkdir -p "$house"
git -C "$root" ls-files -z --cached --others --exclude-standard |
  tar -C "$root" --null --files-from=- --ignore-failed-read -c 2>/dev/null | tar -C "$house" -x
done_in "Engine $(docker version --format '{{.Server.Version}}'), Compose $(compose version --short)"

step "Images to start from"
base_image debian:bookworm-slim make_debian
base_image swift:6.3.1-bookworm make_swift
base_image ollama/ollama:0.12.6 make_ollama
base_image prom/prometheus:v2.55.1 make_prometheus
base_image nginxinc/nginx-unprivileged:1.28-bookworm make_nginx
done_in

step "CommentBot's images (10 to 15 minutes the first time)"
build_images
done_in

check "The core's image: at most 250 MB, user 10001, no compiler" check_core_image
step "docker compose up --wait"
(cd "$house" && data/scripts/setup-docker.sh >/dev/null)
compose --progress quiet up --detach --wait --no-build
done_in
take_key

check "Services have no rights, and limits" check_rights
check "Only the core's port answers, and only with a key" check_exposure
check "A recording by the API: transcript and comments by a real model" check_recording
check "A whisper service that is killed in the middle" check_killed_whisper
check "Three workers, one of them killed in the middle" check_killed_worker
check "A restart keeps everything" check_restart
check "A backup brings everything back" check_backup
check "Logs are JSON and rotate" check_logs
check "nginx with TLS: headers, limits, events" check_nginx
check "Prometheus reads the figures" check_prometheus

printf '==> Summary after %d min %d s%s\n' $((SECONDS / 60)) $((SECONDS % 60)) \
  "${standing_in[*]:+; stand-ins for ${standing_in[*]}}"
if [ ${#failed[@]} -gt 0 ]; then
  printf '    ✗ %s\n' "${failed[@]}"
  exit 1
fi
echo "    ✓ all passed"
