# shellcheck shell=bash
# Tests of setup-docker.sh and test-docker.sh. Sourced by run.sh, never run.
# shellcheck disable=SC2317  # functions are called by their names

docker_unchangedSinceItPassed_isNotRun() {
  mkdir -p build data/config/{nginx,traefik,prometheus,grafana}
  echo FROM nothing >build/Dockerfile
  # No root, wherever this runs: the test itself must not begin.
  mkdir -p "$HOME/bin"
  printf '#!/bin/sh\necho 1000\n' >"$HOME/bin/id" && chmod +x "$HOME/bin/id"
  export PATH=$HOME/bin:$PATH COMMENTBOT_DOCKER_DIR=$HOME/docker
  tried() { data/scripts/test-docker.sh "$@" >"$HOME/out" 2>&1; }
  ends 77 tried --if-changed
  says "sudo data/scripts/test-docker.sh"
  bash -c 'source data/scripts/lib.sh; source data/scripts/docker/stamp.sh; has_passed "$(tried)"'
  ends 0 tried --if-changed
  says "unchanged since it passed: not run"
  ends 77 tried
  echo FROM another >build/Dockerfile
  ends 77 tried --if-changed
  echo FROM nothing >build/Dockerfile
  ends 0 tried --if-changed
  echo '# a line more' >>docker-compose.prod.yml
  ends 77 tried --if-changed
}

secrets_rotate_changesOnlyTheOneThatIsNamed() {
  local webhook grafana
  ends 0 data/scripts/setup-docker.sh >"$HOME/out" 2>&1
  webhook=$(cat data/secrets/webhook_secret) grafana=$(cat data/secrets/grafana_password)
  ends 0 data/scripts/setup-docker.sh >"$HOME/out" 2>&1
  [ "$(cat data/secrets/webhook_secret)" = "$webhook" ] || wrong "a second time makes another secret"
  ends 0 data/scripts/setup-docker.sh --rotate webhook_secret >"$HOME/out" 2>&1
  says "docker compose restart commentbot-core"
  grep -qxE '[0-9a-f]{64}' data/secrets/webhook_secret || wrong "that is no secret"
  [ "$(cat data/secrets/webhook_secret)" != "$webhook" ] || wrong "it is the same"
  [ "$(cat data/secrets/grafana_password)" = "$grafana" ] || wrong "the other one has changed"
  [ "$(stat --format %a data/secrets/webhook_secret)" = 600 ] || wrong "others may read it"
  ends 64 data/scripts/setup-docker.sh --rotate nothing >"$HOME/out" 2>&1
  ends 64 data/scripts/setup-docker.sh --rotate >"$HOME/out" 2>&1
}
