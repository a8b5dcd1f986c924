#!/usr/bin/env bash
# Prepares this folder for Docker Compose: the folders that are mounted, the secrets, and .env.
#
#   data/scripts/setup-docker.sh
#
# What is there is left alone. As root the folders are given to the images' user (10001); otherwise the services run as you.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; "") ;; *) fail 64 "unknown argument $1" "$0 -h" ;; esac
cd "$root"

mounted=(bd/commentbot bd/prometheus bd/grafana data/audio-cache data/inbox data/transcripts data/models
  data/models/whisper data/models/llm data/models/ollama data/secrets data/certificates/acme
  data/certificates/letsencrypt data/certificates/challenges data/backups/serve)

# secret NAME: 256 random bits in a file of its own.
secret() {
  [ -s "data/secrets/$1" ] && return
  (umask 077 && head -c 32 /dev/urandom | sha256sum | cut -d ' ' -f 1 >"data/secrets/$1")
  echo "    data/secrets/$1 is new"
}

# setting NAME VALUE: in .env, unless it has that name.
setting() {
  grep -qs "^$1=" .env || echo "$1=$2" >>.env
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
  user=$(sed -n 's/^COMMENTBOT_UID=//p' .env)
  group=$(sed -n 's/^COMMENTBOT_GID=//p' .env)
  chown -R "${user:-10001}:${group:-10001}" "${mounted[@]}"
else
  setting COMMENTBOT_UID "$(id -u)"
  setting COMMENTBOT_GID "$(id -g)"
fi
done_in "done"
echo "  → docker compose up --build --detach --wait"
