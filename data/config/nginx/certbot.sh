#!/bin/sh
# Asks Let's Encrypt for the certificate of COMMENTBOT_DOMAIN and, twice a day, whether it is to be renewed.
#
#   certbot.sh [--once [CERTBOT OPTIONS…]]
#
# Runs in certbot's container; nginx serves the challenges. With --once it asks once, and ends as certbot does.
set -eu

ask() {
  certbot certonly --non-interactive --agree-tos --keep-until-expiring --email "$ACME_EMAIL" \
    --domain "$COMMENTBOT_DOMAIN" --webroot --webroot-path /var/www/challenges \
    --config-dir /etc/letsencrypt --work-dir /tmp/work --logs-dir /tmp/logs "$@"
}

if [ "${1:-}" = --once ]; then
  shift
  ask "$@"
  exit
fi
trap 'exit 0' TERM INT
while :; do
  ask || echo "certbot.sh: there is no certificate yet; another try in 12 hours, or: docker compose restart certbot" >&2
  sleep 43200 &
  wait $!
done
