# shellcheck shell=bash
# Whether what test-docker.sh tries has changed since it passed. Sourced, never run; needs lib.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

# One hash of the files; it is committed.
stamp=$root/data/scripts/docker/passed.sha256

# tried: the hash of them as they are.
tried() {
  (cd "$root" && find build docker-compose*.yml data/scripts/test-docker.sh data/scripts/docker \
    data/config/{nginx,traefik,prometheus,grafana} -type f ! -name "$(basename "$stamp")" -print0 | LC_ALL=C sort -z |
    xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)
}

# passed_before HASH
passed_before() {
  [ "$(cat "$stamp" 2>/dev/null)" = "$1" ]
}

# has_passed HASH: of the files before the test began; they may have been edited meanwhile.
has_passed() {
  echo "$1" >"$stamp"
}
