#!/usr/bin/env bash
# Sets CommentBot up and runs every check and test; exits with 1 when one fails.
#
#   data/scripts/test.sh [FILTER]
#
# Takes 20 to 40 minutes on a new machine with two cores. With FILTER only the Swift tests whose names match are run.
#
# When the Dockerfiles, the compose files or what stands around them have changed since data/scripts/test-docker.sh passed, the
# images are tried on a Docker Engine too: 45 minutes more, on Linux as root.
#
#   TEST_DOCKER=1   tries them in any case
#   TEST_SYSTEMD=1  tries the services in a systemd of its own too (2 minutes more, needs root)
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; -*) fail 64 "unknown option $1" "$0 -h" ;; esac
cd "$root"
filter=${1:-}
failed=()
passed=()

# check TITLE COMMAND…: runs it; a failure is remembered and the rest goes on.
check() {
  local title=$1
  shift
  step "$title"
  if "$@"; then
    passed+=("$title")
    done_in passed
  else
    failed+=("$title")
    done_in FAILED
  fi
}

# swift_tests: what failed among a thousand tests is told again at the end.
swift_tests() {
  swift test ${filter:+--filter "$filter"} 2>&1 | tee "$log" && return
  grep -E '✘|rror:|signal' "$log" >"$log.failures" || true
  return 1
}

# Everything below needs what the setup installs: its failure ends the run.
data/scripts/setup.sh

# The engines of an own prefix are in nobody's loader path.
libraries=$(pkg-config --variable=libdir whisper)
export LD_LIBRARY_PATH="$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

if command -v apt-get >/dev/null; then
  step "Debian packages for the tests (1 minute the first time)"
  apt_install espeak-ng sox ffmpeg asterisk-core-sounds-en-g722 asterisk-core-sounds-en-wav asterisk-core-sounds-es-wav \
    python3-venv shellcheck curl libfaketime age mandoc
  done_in
fi

if [ -z "$filter" ]; then
  check "Format: swift format lint" swift format lint --strict --recursive --parallel Sources Tests Package.swift
  check "Scripts: shellcheck" shellcheck --external-sources data/scripts/*.sh Tests/conformance/*.sh Tests/scripts/*.sh \
    Tests/scripts/stand-ins/* Benchmarks/*/run.sh .ci/run
  check "Scripts: deploy, backup, restore and others, with stand-ins for what they run" Tests/scripts/run.sh
  if [ "$(uname)" = Linux ]; then
    check "systemd: the units are whole and hardened" data/scripts/lint-systemd.sh
  else
    echo "==> NOT CHECKED on $(uname): systemd's units"
  fi
  check "Docker: hadolint, compose-lint, yamllint, promtool, nginx -t" data/scripts/lint-docker.sh
fi

# Most tests wait for programs that they start: more at once would only take the processor from each other.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=3
log=$(mktemp)
trap 'rm -f "$log" "$log.failures"' EXIT
check "Swift tests (5 minutes to build the first time)" swift_tests
if [ -z "$filter" ]; then
  check "Benchmark of decoding builds" swift build --package-path Benchmarks/decode
  check "Output files byte for byte as openai-whisper writes them" Tests/conformance/run.sh
  check "Whisper service as OpenAI's own SDK expects it" Tests/conformance/openai-sdk.sh
  check "HTTP API as its own description says" Tests/conformance/schemathesis.sh
  check "Resumable uploads as a tus client makes them" Tests/conformance/tus.sh
  if [ "${TEST_SYSTEMD:-}" = 1 ]; then
    check "systemd: the services at work, with real audio" data/scripts/test-systemd.sh
  fi
  if [ "$(uname)" = Linux ]; then
    if_changed=--if-changed
    [ "${TEST_DOCKER:-}" != 1 ] || if_changed=
    check "Docker: the images on an engine, with real audio" data/scripts/test-docker.sh ${if_changed:+"$if_changed"}
  else
    echo "==> NOT CHECKED on $(uname): the images on a Docker Engine"
  fi
fi

printf '==> Summary after %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60))
[ ${#passed[@]} = 0 ] || printf '    ✓ %s\n' "${passed[@]}"
if [ ${#failed[@]} -gt 0 ]; then
  printf '    ✗ %s\n' "${failed[@]}"
  [ ! -s "$log.failures" ] || head -n 40 "$log.failures" | cut -c 1-500
  exit 1
fi
