#!/usr/bin/env bash
# Tries the images and the compose files on a real Docker Engine of its own, with real audio; leaves nothing behind.
#
#   data/scripts/test-docker.sh [--keep] [--if-changed]
#
# Needs root and 15 GB. Takes 45 minutes on two cores, of which 25 go by with compiling and with stand-ins; 20 in all where an
# earlier run with --keep has left them. Where no registry is reachable, stand-ins take the place of the images that
# CommentBot's are made from; the summary names them.
#
#   --keep                 keeps the engine's images and what was compiled for the next time
#   --if-changed           does nothing when what it tries is as it was when it last passed: the images' files in build/, the
#                          compose files, the proxies' and Prometheus' configuration, and this script
#   COMMENTBOT_DOCKER_DIR  where the engine lies (default /var/tmp/commentbot-docker)
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
keep='' if_changed=''
for option in "$@"; do
  case "$option" in
  -h | --help) help && exit ;;
  --keep) keep=1 ;;
  --if-changed) if_changed=1 ;;
  *) fail 64 "unknown argument $option" "$0 -h" ;;
  esac
done
# shellcheck source=data/scripts/docker/stamp.sh
source "$root/data/scripts/docker/stamp.sh"
hash=$(tried)
if [ -n "$if_changed" ] && passed_before "$hash"; then
  echo "    unchanged since it passed: not run (TEST_DOCKER=1 data/scripts/test.sh, or $0, runs it)"
  exit
fi
[ "$(id -u)" = 0 ] || fail 77 "a Docker Engine of its own needs root" "sudo $0"
for part in engine images check-api check-images check-isolation check-work check-library check-proxies; do
  # shellcheck source=data/scripts/docker/engine.sh
  source "$root/data/scripts/docker/$part.sh"
done

house=$engine/house
# Another CommentBot may have the usual ports.
export COMMENTBOT_PORT=18080 OLLAMA_MODEL=${OLLAMA_MODEL:-smollm2:135m} COMMENTBOT_UID=10001 COMMENTBOT_GID=10001
export COMMENTBOT_DOMAIN=commentbot.test ACME_EMAIL=nobody@commentbot.test
# As in production: without the override for development.
export COMPOSE_FILE=docker-compose.yml
# shellcheck disable=SC2034  # for the checks
url=http://127.0.0.1:$COMMENTBOT_PORT
passed=() failed=()

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
  done_in "nothing is left${keep:+ but the images, in $engine,}"
  exit "$status"
}
trap finish EXIT INT TERM

step "A Docker Engine of its own"
start_engine
# The files of this clone, without what it has transcribed.
rm -rf "$house" && mkdir -p "$house"
git -C "$root" ls-files -z --cached --others --exclude-standard |
  tar -C "$root" --null --files-from=- --ignore-failed-read -c 2>/dev/null | tar -C "$house" -x
done_in "Engine $(docker version --format '{{.Server.Version}}'), Compose $(docker compose version --short)"

step "Images to start from"
base_image debian:bookworm-slim make_debian
base_image swift:6.3.1-bookworm make_swift
base_image ollama/ollama:0.12.6 make_ollama
base_image prom/prometheus:v2.55.1 make_prometheus
base_image nginxinc/nginx-unprivileged:1.28-bookworm make_nginx
base_image certbot/certbot:v4.2.0 make_certbot
done_in

(cd "$house" && data/scripts/setup-docker.sh >/dev/null)
echo COMMENTBOT_BACKUP_FOLDER=/app/data/backups >>"$house/.env"
check "docker compose build (10 to 15 minutes the first time)" check_build
[ ${#failed[@]} = 0 ] || exit 70
check "The core's image: at most 250 MB, user 10001, no compiler" check_core_image
check "docker compose up --wait" up
take_key

check "Services have no rights, and limits" check_rights
check "diagnostic.sh finds nothing wrong" check_diagnose
check "Only the core's port answers, and only with a key" check_exposure
check "A recording by the API: transcript and comments by a real model" check_recording
check "A whisper service that is killed in the middle" check_killed_whisper
check "A core that is killed in the middle" check_killed_core
check "Three workers, one of them killed in the middle" check_killed_worker
check "A restart keeps everything" check_restart
check "backup.sh, and restore.sh brings everything back" check_backup
check "Logs are JSON and rotate" check_logs
check "certbot gets a certificate from an ACME server, through nginx" check_certbot
check "nginx with TLS: headers, limits, events" check_nginx
check "Prometheus reads the figures of dashboard and rules" check_prometheus

printf '==> Summary after %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
[ ! -e "$engine/stand-ins" ] || printf '    stood in for: %s\n' "$(paste -s -d ' ' "$engine/stand-ins")"
printf '    ✓ %s\n' "${passed[@]}"
if [ ${#failed[@]} -gt 0 ]; then
  printf '    ✗ %s\n' "${failed[@]}"
  exit 1
fi
has_passed "$hash"
