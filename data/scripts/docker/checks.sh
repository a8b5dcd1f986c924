# shellcheck shell=bash
# What test-docker.sh checks of running services. Sourced, never run.

# check TITLE FUNCTION: a failure is remembered, and the rest goes on.
check() {
  step "$1"
  # In a shell of its own: errexit holds in it, as it would not in a condition.
  local status=0
  set +e
  (set -e && "$2")
  status=$?
  set -e
  if [ "$status" = 0 ]; then
    done_in passed
  else
    failed+=("$1")
    done_in FAILED
  fi
}

# wrong TEXT: ends a check.
wrong() {
  echo "    ✗ $1" >&2
  exit 1
}

# until_true SECONDS COMMAND…: asks once a second.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 1
  done
}

build_images() {
  local target
  for target in commentbot-core commentbot-models; do
    patiently docker build --quiet --file "$house/build/commentbot-core/Dockerfile" --target "$target" --tag "$target" \
      "$house" >/dev/null
  done
  docker build --quiet --file "$house/build/whisper-service/Dockerfile" --tag whisper-service "$house" >/dev/null
  docker build --quiet --file "$house/build/ollama/Dockerfile" --tag commentbot-ollama "$house" >/dev/null
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

# take_key: the first key, which the prestart's log shows once.
take_key() {
  (umask 077 && compose logs --no-log-prefix commentbot-prestart 2>/dev/null | grep -E '^cbk_' | head -n 1 |
    sed 's/^/Authorization: Bearer /' >"$engine/key")
  [ -s "$engine/key" ] || fail 70 "the prestart printed no key"
}

# api PATH [CURL OPTIONS…]: an answer of the API; the key is in a file.
api() {
  local path=$1
  shift
  curl --silent --show-error --fail-with-body --max-time 30 --header "@$engine/key" "$@" "$url$path"
}

# field NAME: of the JSON object on standard input.
field() {
  python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

check_rights() {
  local id
  for id in $(compose ps --all --quiet); do
    docker inspect "$id" | python3 -c '
import json, sys
c = json.load(sys.stdin)[0]
host, name = c["HostConfig"], c["Name"]
wanted = {
    "user": c["Config"]["User"] == "10001:10001",
    "read-only": host["ReadonlyRootfs"],
    "no capabilities": host["CapDrop"] == ["ALL"] and not host["CapAdd"],
    "no new privileges": "no-new-privileges:true" in host["SecurityOpt"],
    "memory": host["Memory"] > 0, "cores": host["NanoCpus"] > 0, "processes": (host["PidsLimit"] or 0) > 0,
    "init": host["Init"],
    "log": host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
    "no ports but the core’s": not host["PortBindings"] or "commentbot-core" in name,
}
wrong = [what for what, holds in wanted.items() if not holds]
sys.exit(f"    ✗ {name}: {wrong}" if wrong else 0)'
  done
}

# listening: this machine's listening TCP ports.
listening() {
  awk 'FNR > 1 && $4 == "0A" { print $2 }' /proc/net/tcp /proc/net/tcp6 | sort -u
}

check_exposure() {
  local ports service status
  ports=$(docker ps --format '{{.Ports}}' | grep -o '[^ ,]*->' | sort -u)
  [ "$ports" = "127.0.0.1:$COMMENTBOT_PORT->" ] || wrong "these ports are open: $ports"
  listening | grep -q "^0100007F:$(printf %04X "$COMMENTBOT_PORT")$" || wrong "the core's port does not listen on 127.0.0.1"
  ! listening | grep -qE ":$(printf '%04X|%04X' 9000 11434)$" || wrong "whisper-service or ollama is open on this machine"
  for path in /v1/jobs /v1/recordings /metrics; do
    status=$(curl --silent --output /dev/null --write-out '%{http_code}' "$url$path")
    [ "$status" = 401 ] || wrong "$path without a key answers $status"
  done
  # From the network in front, nobody reaches what is behind the core.
  for service in whisper-service:9000/health/ready ollama:11434/api/version; do
    ! docker run --rm --network commentbot_front commentbot-core healthcheck --url "http://$service" 2>/dev/null ||
      wrong "$service can be reached from the network in front"
  done
  # What hears and reads has no way out.
  for service in whisper llm; do
    ! docker run --rm --network "commentbot_$service" --entrypoint python3 commentbot-models -c \
      'import socket; socket.create_connection(("'"$(outside)"'", 80), 3)' 2>/dev/null || wrong "$service has a way out"
  done
  docker run --rm --network commentbot_front --entrypoint python3 commentbot-models -c \
    'import socket; socket.create_connection(("'"$(outside)"'", 80), 3)' || wrong "that check cannot fail: nothing is reached"
}

# outside: an address that is not this machine's.
outside() {
  getent ahostsv4 deb.debian.org | awk 'NR == 1 { print $1 }'
}

# recording COPIES: real speech, two minutes a copy.
recording() {
  local file=$engine/speech-$1.mp3 prompts=/usr/share/asterisk/sounds/en_US_f_Allison inputs=() name n
  for ((n = 0; n < $1; n++)); do
    for name in demo-congrats demo-instruct demo-moreinfo demo-thanks; do
      inputs+=(-f g722 -i "$prompts/$name.g722")
    done
  done
  [ -e "$file" ] || ffmpeg -nostdin -v error -y "${inputs[@]}" \
    -filter_complex "concat=n=$((${#inputs[@]} / 4)):v=0:a=1" -codec:a libmp3lame -q:a 4 "$file"
  echo "$file"
}

# submit FILE [FORM FIELDS…]: the job's id.
submit() {
  local file=$1 fields=() value
  shift
  for value in "$@"; do fields+=(--form "$value"); done
  api /v1/jobs --form "file=@$file" "${fields[@]}" | field id
}

job_is() {
  local state
  state=$(api "/v1/jobs/$1" | field state)
  [ "$state" != failed ] || { api "/v1/jobs/$1" >&2 && wrong "job $1 failed"; }
  [ "$state" = "$2" ]
}

check_recording() {
  local job hash
  job=$(submit "$(recording 1)" kinds=summary,key-points)
  until_true 600 job_is "$job" succeeded || wrong "it is not done after 10 minutes: $(api "/v1/jobs/$job")"
  hash=$(api "/v1/jobs/$job" | field audio_hash)
  echo "$hash" >"$engine/hash"
  echo "$job" >"$engine/job"
  api "/v1/recordings/$hash/transcript.txt" | tr -d '\n' | grep -qi 'asterisk' || wrong "the transcript has no Asterisk"
  api "/v1/recordings/$hash/comments.json" | python3 -c '
import json, sys
comments = json.load(sys.stdin)
comments = comments.get("comments", comments) if isinstance(comments, dict) else comments
print("   ", ", ".join("{} by {} {}".format(c["kind"], c["engine"], c["model"]) for c in comments))
assert {c["kind"] for c in comments} == {"summary", "key-points"}, comments
assert all("ollama" in c["engine"].lower() and c["items"] for c in comments), comments'
}

# crash SERVICE [NUMBER]: its processes end as if by a fault, so that Docker's restart policy holds.
crash() {
  local id
  id=$(compose ps --quiet "$1" | sed -n "${2:-1}p")
  kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$id")"
}

check_killed_whisper() {
  local job
  # More than before, so that something is left to transcribe.
  job=$(submit "$(recording 3)" kinds=none)
  until_true 60 job_is "$job" running || wrong "it does not begin"
  sleep 5
  job_is "$job" running || wrong "it was done too soon to be interrupted"
  crash whisper-service
  until_true 600 job_is "$job" succeeded || wrong "it is not done after 10 minutes: $(api "/v1/jobs/$job")"
  [ "$(docker inspect --format '{{.RestartCount}}' "$(compose ps --quiet whisper-service)")" -ge 1 ] ||
    wrong "the whisper service was not restarted"
}

check_killed_worker() {
  local jobs=() job n victim
  COMMENTBOT_SERVE_WORKERS=0 compose up --detach --wait --no-build --scale commentbot-worker=3 >"$engine/up.log" 2>&1 ||
    wrong "three workers do not start: $(tail -n 3 "$engine/up.log")"
  for n in 4 5 6; do jobs+=("$(submit "$(recording "$n")" kinds=none)"); done
  for job in "${jobs[@]}"; do until_true 90 job_is "$job" running || wrong "three workers do not take three jobs"; done
  victim=$(compose ps --quiet commentbot-worker | head -n 1)
  docker kill "$victim" >/dev/null
  for job in "${jobs[@]}"; do until_true 420 job_is "$job" succeeded || wrong "$(api "/v1/jobs/$job")"; done
  echo "    attempts: $(for job in "${jobs[@]}"; do api "/v1/jobs/$job" | field attempts; done | python3 -c '
import ast, sys
print([len(ast.literal_eval(l)) if l.startswith("[") else l.strip() for l in sys.stdin])')"
  compose up --detach --wait --no-build --scale commentbot-worker=0 >/dev/null 2>&1
}

# state: what the library holds, for comparisons.
state() {
  api /v1/recordings | python3 -c '
import json, sys
page = json.load(sys.stdin)
print(sorted(r["sha256"] if "sha256" in r else r["id"] for r in page.get("recordings", page)))'
  api "/v1/recordings/$(cat "$engine/hash")/transcript.json" | sha256sum
}

check_restart() {
  local before
  before=$(state)
  compose down --timeout 30 >/dev/null 2>&1
  compose up --detach --wait --no-build >/dev/null 2>&1
  [ "$(state)" = "$before" ] || wrong "there is something else than before"
  [ "$(compose logs --no-log-prefix commentbot-prestart 2>/dev/null | grep -cE '^cbk_' || true)" = 0 ] ||
    wrong "another key was made"
}

check_backup() {
  local before
  before=$(state)
  compose stop --timeout 30 >/dev/null 2>&1
  tar -C "$house" -czf "$engine/backup.tar.gz" bd/commentbot data/inbox data/transcripts
  rm -rf "$house"/bd/commentbot/* "$house"/data/inbox/* "$house"/data/transcripts/*
  compose up --detach --wait --no-build >/dev/null 2>&1
  [ "$(api /v1/recordings --output /dev/null --write-out '%{http_code}' 2>/dev/null || true)" = 401 ] ||
    wrong "an empty library knows the key: that check cannot fail"
  compose stop --timeout 30 >/dev/null 2>&1
  rm -rf "$house"/bd/commentbot/*
  tar -C "$house" -xzf "$engine/backup.tar.gz"
  compose up --detach --wait --no-build >/dev/null 2>&1
  [ "$(state)" = "$before" ] || wrong "there is something else than before"
}

check_logs() {
  local service files
  for service in commentbot-core whisper-service; do
    compose logs --no-log-prefix "$service" 2>/dev/null | python3 -c '
import json, sys
lines = [line for line in sys.stdin if line.strip()]
plain = []
for line in lines:
    try:
        record = json.loads(line)
        assert {"@timestamp", "level", "service", "message"} <= record.keys(), record
    except ValueError:
        plain.append(line)
print(f"    {sys.argv[1]}: {len(lines)} lines")
sys.exit(f"    ✗ not JSON: {plain[:3]}" if plain or not lines else 0)' "$service"
  done
  # What the services are given, filled.
  docker run --name rotation --log-driver json-file --log-opt max-size=10m --log-opt max-file=3 --entrypoint /bin/sh \
    commentbot-core -c 'yes "a line of the log that is of no use to anybody" | head -n 600000' >/dev/null
  files=$(find "$engine/data/containers/$(docker inspect --format '{{.Id}}' rotation)" -name '*-json.log*' -size +0 | wc -l)
  docker rm rotation >/dev/null
  [ "$files" = 3 ] || wrong "there are $files files of the log, not 3"
}

check_nginx() {
  local live=$house/data/certificates/letsencrypt/live/$COMMENTBOT_DOMAIN proxy headers status
  export COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml
  mkdir -p "$live"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$COMMENTBOT_DOMAIN" -addext \
    "subjectAltName=DNS:$COMMENTBOT_DOMAIN" -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2>/dev/null
  chown -R 10001:10001 "$house/data/certificates"
  compose --profile nginx up --detach --wait --no-build nginx >/dev/null 2>&1 || wrong "it does not become healthy"
  proxy=(--silent --max-time 20 --cacert "$live/fullchain.pem" --resolve "$COMMENTBOT_DOMAIN:443:127.0.0.1"
    --resolve "$COMMENTBOT_DOMAIN:80:127.0.0.1")
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
  # A stream comes through as it is written: its first event long before its end.
  curl "${proxy[@]}" --no-buffer --header "@$engine/key" "https://$COMMENTBOT_DOMAIN/v1/jobs/$(cat "$engine/job")/events" |
    head -n 1 | grep -qE '^(id|event|data):' ||
    wrong "events do not come through"
  # More than a burst at once is too much for one address.
  seq 300 | xargs -P 30 -I{} curl "${proxy[@]}" --output /dev/null --write-out '%{http_code}\n' \
    "https://$COMMENTBOT_DOMAIN/health/live" | sort | uniq -c | tr '\n' ';' | tee "$engine/rate" | sed 's/^/    /'
  echo
  grep -q ' 429' "$engine/rate" || wrong "300 requests at once are let in"
}

check_prometheus() {
  export COMPOSE_FILE=docker-compose.yml
  compose --profile monitoring up --detach --wait --no-build prometheus >/dev/null 2>&1 || wrong "it does not become healthy"
  until_true 60 targets_up || wrong "it does not reach its targets"
}
targets_up() {
  local up
  up=$(compose exec -T prometheus promtool query instant http://127.0.0.1:9090 'sum(up)' 2>/dev/null)
  [[ $up == *"=> 3 "* ]]
}
