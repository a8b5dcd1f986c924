#!/bin/sh
# Asks Let's Encrypt for the certificate of COMMENTBOT_DOMAIN and, twice a day, whether it is to be renewed.
#
# Runs in certbot's container; nginx serves the challenges.
set -eu
trap 'exit 0' TERM INT
while :; do
  certbot certonly --non-interactive --agree-tos --keep-until-expiring --email "$ACME_EMAIL" \
    --domain "$COMMENTBOT_DOMAIN" --webroot --webroot-path /var/www/challenges \
    --config-dir /etc/letsencrypt --work-dir /tmp/work --logs-dir /tmp/logs ||
    echo "certbot.sh: there is no certificate yet; another try in 12 hours, or: docker compose restart certbot" >&2
  sleep 43200 &
  wait $!
done
