# shellcheck shell=bash
# What stands around the core: nginx, certbot and Prometheus. Sourced by test-docker.sh, never run; needs check-api.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

# bridge_gateway: this machine's address for containers.
bridge_gateway() {
  docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' bridge
}

check_certbot() {
  export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml
  compose --profile nginx up --detach --wait --no-build nginx >"$engine/up.log" 2>&1 ||
    wrong "nginx does not become healthy without a certificate: $(tail -n 5 "$engine/up.log")"
  rights nginx
  docker build --quiet --file "$root/data/scripts/docker/acme.Dockerfile" --build-arg BASE=commentbot-models --tag acme \
    "$root/data/scripts/docker" >/dev/null
  # The domain leads to this machine's port 80, as it does for Let's Encrypt.
  docker run --detach --name acme --network commentbot_proxy --add-host "$COMMENTBOT_DOMAIN:$(bridge_gateway)" acme >/dev/null
  until_true 30 docker exec acme test -s root.pem || wrong "the authority does not start"
  compose --profile nginx run --rm --no-deps -T certbot --once --server http://acme:8000/directory >"$engine/certbot.log" 2>&1 ||
    wrong "certbot gets no certificate: $(tail -n 5 "$engine/certbot.log")"
  docker cp acme:/acme/root.pem "$engine/root.pem" >/dev/null
  docker rm --force acme >/dev/null
}

check_nginx() {
  local proxy headers status job
  export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml
  proxy=(--silent --max-time 20 --cacert "$engine/root.pem" --resolve "$COMMENTBOT_DOMAIN:443:127.0.0.1"
    --resolve "$COMMENTBOT_DOMAIN:80:127.0.0.1")
  ! curl --silent --max-time 5 --output /dev/null "$url/health/live" || wrong "the core still has a port of its own"
  status=$(curl "${proxy[@]}" --output /dev/null --write-out '%{http_code} %{redirect_url}' "http://$COMMENTBOT_DOMAIN/docs")
  [ "$status" = "301 https://$COMMENTBOT_DOMAIN/docs" ] || wrong "http answers $status"
  headers=$(curl "${proxy[@]}" --dump-header - --output /dev/null "https://$COMMENTBOT_DOMAIN/docs")
  for name in strict-transport-security x-content-type-options content-security-policy referrer-policy; do
    grep -qi "^$name:" <<<"$headers" || wrong "$name is missing: $headers"
  done
  status=$(curl "${proxy[@]}" --output /dev/null --write-out '%{http_code}' --header "@$engine/key" \
    "https://$COMMENTBOT_DOMAIN/metrics")
  [ "$status" = 404 ] || wrong "/metrics can be seen from outside: $status"
  status=$(curl "${proxy[@]}" --output /dev/null --write-out '%{http_code}' --header 'Content-Length: 5000000000' \
    --request POST --data x "https://$COMMENTBOT_DOMAIN/v1/jobs" || true)
  [ "$status" = 413 ] || wrong "5 GB are let in: $status"
  ! curl --silent --insecure --max-time 5 --resolve other.test:443:127.0.0.1 https://other.test/ || wrong "it answers any host"
  # The core knows its public address, and finds all well there: certificate, key, size of uploads.
  docker run --rm --network commentbot_front --add-host "$COMMENTBOT_DOMAIN:$(bridge_gateway)" \
    --volume "$engine/root.pem:/etc/ssl/certs/ca-certificates.crt:ro" \
    --env COMMENTBOT_SERVE_PUBLIC_URL="$(compose exec -T commentbot-core printenv COMMENTBOT_SERVE_PUBLIC_URL)" \
    commentbot-core diagnose --only proxy >"$engine/proxy.log" 2>&1 || wrong "from outside: $(cat "$engine/proxy.log")"
  grep -q 'uploads of .* get through' "$engine/proxy.log" || wrong "uploads were not tried: $(cat "$engine/proxy.log")"
  # An upload goes through, and its events come as they are written: while it is still at work.
  proxy+=(--header "@$engine/key")
  job=$(curl "${proxy[@]}" --form "file=@$(recording 7)" --form kinds=none "https://$COMMENTBOT_DOMAIN/v1/jobs" | field id)
  echo "$job" >"$engine/last-job"
  grep -q '"stage"' < <(curl "${proxy[@]}" --no-buffer "https://$COMMENTBOT_DOMAIN/v1/jobs/$job/events") ||
    wrong "events do not come through"
  status=$(curl "${proxy[@]}" "https://$COMMENTBOT_DOMAIN/v1/jobs/$job" | field state)
  [ "$status" = running ] || wrong "events come when the job is $status"
  # More than a burst at once is too much for one address.
  curl "${proxy[@]}" --parallel --output /dev/null --write-out '%{http_code}\n' \
    "https://$COMMENTBOT_DOMAIN/health/live?[1-300]" 2>/dev/null | sort | uniq -c | tr '\n' ';' >"$engine/rate"
  sed 's/^/    /' "$engine/rate"
  echo
  grep -q ' 429' "$engine/rate" || wrong "300 requests at once are let in"
}

check_prometheus() {
  COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml compose --profile nginx rm --stop --force nginx >/dev/null 2>&1
  export COMPOSE_FILE=docker-compose.yml
  compose --profile monitoring up --detach --wait --no-build prometheus >"$engine/up.log" 2>&1 ||
    wrong "it does not become healthy: $(tail -n 5 "$engine/up.log")"
  rights commentbot-core
  until_true 60 query 'sum(up)' 3 || wrong "it does not reach its targets"
  # The core was replaced in the middle of nginx' job; figures of jobs are there when one has ended.
  done_within 300 "$(cat "$engine/last-job")"
  until_true 60 query 'sum(commentbot_job_attempts_total)' 1 || wrong "the job is not counted"
  # Every expression of the dashboard and the rules is evaluated; every figure in them is one that the services offer.
  docker run --rm --interactive --network commentbot_front --volume "$house/data/config:/config:ro" --entrypoint python3 \
    commentbot-models - <"$root/data/scripts/docker/figures.py"
}
# query EXPRESSION VALUE
query() {
  [[ $(compose exec -T prometheus promtool query instant http://127.0.0.1:9090 "$1" 2>/dev/null) == *"=> $2 "* ]]
}
