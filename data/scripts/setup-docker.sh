#!/usr/bin/env bash
# Prepares this folder for Docker Compose: the folders that are mounted, the secrets, and .env.
#
#   data/scripts/setup-docker.sh [--rotate webhook_secret|grafana_password]
#
# What is there is left alone. As root the folders are given to the images' user (10001); otherwise the services run as you.
#
#   --rotate NAME   makes that secret anew, and says how the services take it over
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
rotate=
case "${1:-}" in
-h | --help) help && exit ;;
--rotate)
  rotate=${2:-}
  case "$rotate" in webhook_secret | grafana_password) ;; *) fail 64 "there is no secret ${rotate:-without a name}" "$0 -h" ;; esac ;;
"") ;;
*) fail 64 "unknown argument $1" "$0 -h" ;;
esac
cd "$root"

mounted=(bd/commentbot bd/prometheus bd/grafana data/audio-cache data/inbox data/transcripts data/models
  data/models/whisper data/models/llm data/models/ollama data/secrets data/certificates/acme
  data/certificates/letsencrypt data/certificates/challenges data/backups/serve)

# secret NAME: 256 random bits in a file of its own.
secret() {
  [ ! -s "data/secrets/$1" ] || [ "$1" = "$rotate" ] || return 0
  # Whole or not at all.
  (umask 077 && head -c 32 /dev/urandom | sha256sum | cut -d ' ' -f 1 >"data/secrets/.$1")
  mv "data/secrets/.$1" "data/secrets/$1"
  echo "    data/secrets/$1 is new"
}

# setting NAME VALUE: in .env, unless it has that name.
setting() {
  [ -n "$(value_of "$1")" ] || set_value "$1" "$2"
}

step "Folders, secrets and .env for Docker Compose"
mkdir -p "${mounted[@]}"
chmod 700 data/secrets data/backups data/backups/serve
secret webhook_secret
secret grafana_password
if [ ! -e .env ]; then
  (umask 077 && : >.env)
fi
if [ "$(id -u)" = 0 ]; then
  chown -R "$(containers_owner)" "${mounted[@]}"
else
  setting COMMENTBOT_UID "$(id -u)"
  setting COMMENTBOT_GID "$(id -g)"
fi
done_in "done"
case "$rotate" in
webhook_secret)
  echo "  → docker compose restart commentbot-core    # and commentbot-worker; then tell those who are called back: data/secrets/$rotate" ;;
grafana_password)
  # Grafana reads the file only when it begins.
  echo "  → docker compose exec -T grafana grafana cli admin reset-admin-password --password-from-stdin <data/secrets/$rotate" ;;
*) echo "  → docker compose up --build --detach --wait" ;;
esac
