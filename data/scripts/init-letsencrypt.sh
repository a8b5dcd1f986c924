#!/usr/bin/env bash
# Gets the first certificate from Let's Encrypt for nginx; certbot's service renews it from then on. Traefik needs no such
# script: it gets its own.
#
#   data/scripts/init-letsencrypt.sh [--dry-run] [DOMAIN EMAIL]
#
# After `data/scripts/deploy.sh deploy --proxy nginx`. DOMAIN and EMAIL go to .env, where they may be already. What usually
# goes wrong is looked at first, then Let's Encrypt is asked for a trial, which costs none of the few tries a week.
#
# The core and nginx are started anew where they have another name than DOMAIN.
#
#   --dry-run   only the trial; the name is taken over all the same
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=data/scripts/compose.sh
source "$root/data/scripts/compose.sh"
dry_run=
case "${1:-}" in
-h | --help) help && exit ;;
--dry-run) dry_run=1 && shift ;;
-*) fail 64 "unknown option $1" "$0 -h" ;;
esac
case $# in
0) ;;
2)
  set_value COMMENTBOT_DOMAIN "$1"
  set_value ACME_EMAIL "$2" ;;
*) fail 64 "DOMAIN and EMAIL, or neither" "$0 -h" ;;
esac
cd "$root"
domain=$(value_of COMMENTBOT_DOMAIN)
if [ -z "$domain" ] || [ -z "$(value_of ACME_EMAIL)" ]; then
  fail 78 "neither named here nor in .env: COMMENTBOT_DOMAIN and ACME_EMAIL" "$0 commentbot.example.org you@example.org"
fi
find_compose
case ",$(value_of COMPOSE_PROFILES)," in *,traefik,*) fail 64 "Traefik is in front, and gets its certificate by itself" ;; esac
[ -n "$(container_id nginx)" ] || fail 69 "nginx is not up" "data/scripts/deploy.sh deploy --proxy nginx"
# Both answer to the name that they were started with; the core's jobs go on where they were.
named() {
  docker inspect --format '{{json .Config.Env}}' "$(container_id "$1")" 2>/dev/null |
    grep -F "\"COMMENTBOT_DOMAIN=$domain\"" >/dev/null
}
{ named commentbot-core && named nginx; } || quietly compose up --detach --no-build --no-deps --wait commentbot-core nginx ||
  fail 70 "the core or nginx does not start under the name $domain" "docker compose logs commentbot-core nginx"
if [ -e "data/certificates/letsencrypt/live/$domain/fullchain.pem" ] && [ -z "$dry_run" ]; then
  echo "$domain has a certificate already; certbot renews it"
  exit
fi

step "Whether http://$domain leads here"
getent ahosts "$domain" >/dev/null || fail 66 "there is no address of $domain" "make one in your domain's DNS, and wait for it"
challenges=data/certificates/challenges/.well-known/acme-challenge
mkdir -p "$challenges"
token=$(head -c 16 /dev/urandom | sha256sum | cut -c 1-32)
echo "$token" >"$challenges/$token"
[ "$(id -u)" != 0 ] || chown -R "$(containers_owner)" data/certificates/challenges
trap 'rm -f "$challenges/$token"' EXIT
answer=$(curl --silent --show-error --max-time 20 "http://$domain/.well-known/acme-challenge/$token" 2>&1) || true
[ "$answer" = "$token" ] || { cited "$answer" && fail 69 "port 80 of $domain does not lead to this nginx" "open port 80, and look at the address in DNS"; }
done_in "it does"

ask() {
  quietly compose run --rm --no-deps -T certbot --once "$@" ||
    fail 69 "Let's Encrypt gives no certificate; what certbot said stands above" "$0 --dry-run"
}
step "A trial"
ask --dry-run
done_in "it would be given"
[ -z "$dry_run" ] || exit 0
step "The certificate of $domain"
ask
quietly compose up --detach --no-build --no-deps certbot || fail 70 "certbot does not start" "docker compose logs certbot"
done_in "https://$domain"
