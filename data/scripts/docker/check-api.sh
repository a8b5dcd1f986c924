# shellcheck shell=bash
# What the checks of test-docker.sh share: how they fail, and how they ask the API. Sourced, never run; needs engine.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

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
    passed+=("$1")
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

# up ARGUMENTS…: of `compose up`, until everything is healthy.
up() {
  compose --progress plain up --detach --wait --wait-timeout 300 --no-build "$@" >"$engine/up.log" 2>&1 ||
    wrong "it does not become healthy: $(tail -n 5 "$engine/up.log")"
}

# take_key: the first key, which the prestart's log shows once.
take_key() {
  (umask 077 && compose logs --no-log-prefix commentbot-prestart 2>/dev/null | grep -E '^cbk_' |
    sed 's/^/Authorization: Bearer /' >"$engine/key")
  [ "$(wc -l <"$engine/key")" = 1 ] || fail 70 "the prestart's log has $(wc -l <"$engine/key") keys, not one"
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

# recording NUMBER: real speech. The first is two minutes long, the others are four and a little, each another one.
recording() {
  local file=$engine/recording-$1.mp3 prompts=/usr/share/asterisk/sounds/en_US_f_Allison inputs=() names=() name n
  for ((n = 1; n < $1; n++)); do names+=(demo-thanks); done
  for ((n = 0; n < ($1 == 1 ? 1 : 2); n++)); do names+=(demo-congrats demo-instruct demo-moreinfo demo-thanks); done
  for name in "${names[@]}"; do inputs+=(-f g722 -i "$prompts/$name.g722"); done
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

# job_is ID STATE: a failed job ends the check. While the core starts anew there is no answer, and that is none of them.
job_is() {
  local state
  state=$(api "/v1/jobs/$1" 2>/dev/null | field state 2>/dev/null) || return 1
  [ "$state" != failed ] || wrong "job $1 failed: $(api "/v1/jobs/$1")"
  [ "$state" = "$2" ]
}

# done_within SECONDS JOB
done_within() {
  until_true "$1" job_is "$2" succeeded || wrong "it is not done after $1 s: $(api "/v1/jobs/$2")"
}

# state: what the library holds, for comparisons.
state() {
  api /v1/recordings | python3 -c 'import json, sys
print(sorted(recording["sha256"] for recording in json.load(sys.stdin)["recordings"]))'
  api "/v1/recordings/$(cat "$engine/hash")/transcript.json" | sha256sum
}

# crash SERVICE: its processes end as if by a fault, so that Docker's restart policy holds.
crash() {
  kill -KILL "$(docker inspect --format '{{.State.Pid}}' "$(compose ps --quiet "$1")")"
}

# restarted SERVICE: whether Docker has.
restarted() {
  [ "$(docker inspect --format '{{.RestartCount}}' "$(compose ps --quiet "$1")")" -ge 1 ]
}
