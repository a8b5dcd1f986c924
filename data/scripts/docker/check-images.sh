# shellcheck shell=bash
# The images. Sourced by test-docker.sh, never run; needs check-api.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

check_build() {
  # As a person types it.
  (cd "$house" && patiently docker compose build --quiet) || wrong "docker compose build fails"
  # As deploy.sh does, of a core's image that is there.
  docker build --quiet --file "$house/build/whisper-service/Dockerfile" --build-arg CORE=commentbot-core --tag alone \
    "$house" >/dev/null
  [ "$(docker image inspect --format '{{index .Config.Cmd 0}}' alone)" = whisper-service ] || wrong "its command is another"
}

check_core_image() {
  local bytes user tool
  bytes=$(docker image inspect --format '{{.Size}}' commentbot-core)
  echo "    $((bytes / 1000000)) MB"
  [ "$bytes" -le 250000000 ] || wrong "more than 250 MB"
  user=$(docker image inspect --format '{{.Config.User}}' commentbot-core)
  [ "$user" = 10001:10001 ] || wrong "it runs as $user"
  for tool in cc gcc clang make python3 curl git; do
    ! docker run --rm --entrypoint /bin/sh commentbot-core -c "command -v $tool" >/dev/null || wrong "it has $tool"
  done
}
