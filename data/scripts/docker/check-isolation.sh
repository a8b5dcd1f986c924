# shellcheck shell=bash
# What containers may do, and who reaches them. Sourced by test-docker.sh, never run; needs check-api.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

check_rights() {
  rights commentbot-core
}

# rights SERVICE…: no container has more than it needs, and ports only those of these services.
rights() {
  local id
  for id in $(compose --profile '*' ps --all --quiet); do
    docker inspect "$id" | python3 -c '
import json, sys
c = json.load(sys.stdin)[0]
host, name = c["HostConfig"], c["Config"]["Labels"]["com.docker.compose.service"]
wanted = {
    "user": c["Config"]["User"] == "10001:10001",
    "read-only": host["ReadonlyRootfs"],
    "no capabilities": host["CapDrop"] == ["ALL"] and not host["CapAdd"],
    "no new privileges": "no-new-privileges:true" in host["SecurityOpt"],
    "memory": host["Memory"] > 0, "cores": host["NanoCpus"] > 0, "processes": (host["PidsLimit"] or 0) > 0,
    "init": host["Init"],
    "log": host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
    "no ports": not host["PortBindings"] or name in sys.argv[1:],
}
wrong = [what for what, holds in wanted.items() if not holds]
sys.exit(f"    ✗ {name}: {wrong}" if wrong else 0)' "$@"
  done
}

check_diagnose() {
  (cd "$house" && data/scripts/diagnostic.sh) >"$engine/diagnose.log" 2>&1 || wrong "$(grep -A1 ✗ "$engine/diagnose.log")"
  grep -A1 '^  !' "$engine/diagnose.log" | sed 's/^/    /' || true
  grep -q 'whisper service at .* answers' "$engine/diagnose.log" || wrong "it did not look: $(cat "$engine/diagnose.log")"
}

# listening: this machine's listening TCP ports.
listening() {
  awk 'FNR > 1 && $4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6 | sort -u
}

# address SERVICE NETWORK: in that network.
address() {
  docker inspect --format "{{(index .NetworkSettings.Networks \"commentbot_$2\").IPAddress}}" "$(compose ps --quiet "$1")"
}

# answers NETWORK URL: to somebody in the network.
answers() {
  docker run --rm --network "commentbot_$1" commentbot-core healthcheck --url "$2" 2>/dev/null
}

check_exposure() {
  local ports status place service network
  ports=$(docker ps --format '{{.Ports}}' | grep -o '[^ ,]*->' | sort -u)
  [ "$ports" = "127.0.0.1:$COMMENTBOT_PORT->" ] || wrong "these ports are open: $ports"
  grep -q "^0100007F:$(printf %04X "$COMMENTBOT_PORT")$" < <(listening) || wrong "the core's port does not listen on 127.0.0.1"
  ! grep -qE ":$(printf '%04X|%04X' 9000 11434)$" < <(listening) || wrong "whisper-service or ollama is open on this machine"
  for path in /v1/jobs /v1/recordings /metrics; do
    status=$(curl --silent --output /dev/null --write-out '%{http_code}' "$url$path")
    [ "$status" = 401 ] || wrong "$path without a key answers $status"
  done
  # By name and by address: each answers in its own network, and in no other.
  for place in whisper-service:9000/health/ready=whisper ollama:11434/api/version=llm; do
    network=${place#*=} place=${place%=*} service=${place%%:*}
    answers "$network" "http://$place" || wrong "$service does not answer in its own network: that check cannot fail"
    answers "$network" "http://$(address "$service" "$network")${place#"$service"}" || wrong "nor by its address"
    for other in front whisper llm; do
      [ "$other" = "$network" ] || { ! answers "$other" "http://$place" &&
        ! answers "$other" "http://$(address "$service" "$network")${place#"$service"}"; } ||
        wrong "$service can be reached from the network $other"
    done
  done
  # What hears and reads has no way out.
  for network in whisper llm; do
    ! leaves "$network" || wrong "$network has a way out"
  done
  leaves front || wrong "that check cannot fail: nobody has a way out"
}

# leaves NETWORK: whether somebody in it gets to another machine, where Debian's packages come from.
leaves() {
  docker run --rm --network "commentbot_$1" --entrypoint python3 commentbot-models -c \
    'import socket, sys; socket.create_connection((sys.argv[1], 80), 3)' \
    "$(getent ahostsv4 deb.debian.org | awk 'NR == 1 { print $1 }')" 2>/dev/null
}
