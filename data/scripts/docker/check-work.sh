# shellcheck shell=bash
# Recordings, and what is killed meanwhile. Sourced by test-docker.sh, never run; needs check-api.sh.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

check_recording() {
  local job hash
  job=$(submit "$(recording 1)" kinds=summary,key-points)
  done_within 600 "$job"
  hash=$(api "/v1/jobs/$job" | field audio_hash)
  echo "$hash" >"$engine/hash"
  echo "$job" >"$engine/job"
  # Of a pipe a command that still writes when grep has seen enough would be the failure.
  grep -qi 'asterisk' < <(api "/v1/recordings/$hash/transcript.txt" | tr -d '\n') || wrong "the transcript has no Asterisk"
  grep -q 'POST /v1/audio/transcriptions 200' < <(compose logs whisper-service 2>/dev/null) ||
    wrong "the whisper service was not asked"
  api "/v1/recordings/$hash/comments.json" | python3 -c '
import json, sys
comments = json.load(sys.stdin)["comments"]
print("   ", ", ".join("{} by {} {}".format(c["kind"], c["engine"], c["model"]) for c in comments))
assert {c["kind"] for c in comments} == {"summary", "key-points"}, comments
assert all("ollama" in c["engine"].lower() and c["items"] for c in comments), comments'
}

# interrupt SERVICE RECORDING: kills it in the middle of a recording, which is done nevertheless.
interrupt() {
  local job
  job=$(submit "$(recording "$2")" kinds=none)
  until_true 60 job_is "$job" running || wrong "it does not begin"
  sleep 4
  job_is "$job" running || wrong "it was done too soon to be interrupted"
  crash "$1"
  done_within 600 "$job"
  restarted "$1" || wrong "$1 was not restarted"
}
check_killed_whisper() {
  interrupt whisper-service 2
}
check_killed_core() {
  interrupt commentbot-core 3
}

check_killed_worker() {
  local jobs=() job n victim
  COMMENTBOT_SERVE_WORKERS=0 up --scale commentbot-worker=3
  rights commentbot-core
  for n in 4 5 6; do jobs+=("$(submit "$(recording "$n")" kinds=none)"); done
  for job in "${jobs[@]}"; do until_true 90 job_is "$job" running || wrong "three workers do not take three jobs"; done
  victim=$(compose ps --quiet commentbot-worker | sed -n 1p)
  docker kill "$victim" >/dev/null
  for job in "${jobs[@]}"; do done_within 420 "$job"; done
  for job in "${jobs[@]}"; do api "/v1/jobs/$job" && echo; done | python3 -c '
import json, sys
attempts = sorted(json.loads(line)["attempt"] for line in sys.stdin)
print("    attempts:", attempts)
assert attempts[0] == 1 and attempts[-1] > 1, attempts'
  json_logs commentbot-worker
  up --scale commentbot-worker=0
}

check_restart() {
  local before
  before=$(state)
  compose down --timeout 30 >/dev/null 2>&1
  up
  [ "$(state)" = "$before" ] || wrong "there is something else than before"
  [ "$(compose logs --no-log-prefix commentbot-prestart 2>/dev/null | grep -cE '^cbk_' || true)" = 0 ] ||
    wrong "another key was made"
}
