#!/usr/bin/env bash
# Says what is wrong with CommentBot here and how to mend it, also when the program does not even start.
#
#   data/scripts/diagnostic.sh [ARGUMENT…]
#
# All arguments are those of `commentbot diagnose`, such as --deep, --fix, --json and --only. It runs in the container
# of the compose file when one is up, else as systemd's services do where they are set up (as root), else as the program on the
# PATH or of the last build. The exit status is that of diagnose: 0 healthy, 1 something is broken; also 1 when the program does
# not start.
#
#   COMMENTBOT           the program to look at, instead of the one that is found
#   COMMENTBOT_SERVICE   the compose service (default commentbot-core); none looks for no services
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; esac

# finding MARK EVIDENCE COMMAND: as the program itself tells.
finding() {
  printf '  %s %s\n' "$1" "$2"
  [ -z "${3:-}" ] || printf '      → %s\n' "$3"
}

# in_container ARGUMENT…: runs it there and ends; returns when no container is up.
in_container() {
  local service=${COMMENTBOT_SERVICE:-commentbot-core} id state status
  [ "$service" != none ] || return 0
  id=$(container_id "$service" --all) || return 0
  [ -n "$id" ] || return 0
  read -r state status < <(docker inspect --format '{{.State.Status}} {{.State.ExitCode}}' "$id" 2>/dev/null) || true
  if [ "$state" = running ]; then
    echo "in the container of $service:" >&2
    exec docker exec "$id" commentbot diagnose "$@"
  fi
  echo "Container"
  case "$status" in
  126 | 127 | 132)
    finding ✗ "the program does not start in the container of $service (exit status $status): its image does not fit" \
      "data/scripts/deploy.sh deploy    # builds the images anew" ;;
  137)
    finding ✗ "the container of $service was killed, most likely for want of memory" \
      "docker inspect --format '{{.State.OOMKilled}}' $id    # true: a higher deploy.resources.limits.memory" ;;
  *)
    if [ "$state" = restarting ]; then
      finding ✗ "the container of $service restarts again and again, exit status $status; its last lines say why:" \
        "docker compose up -d --wait $service    # when that is mended"
    else
      finding ✗ "the container of $service is not up: ${state:-unknown}, exit status ${status:-unknown}" \
        "docker compose up -d --wait $service"
    fi ;;
  esac
  docker logs --tail 5 "$id" 2>&1 | sed 's/^/      /'
  echo "this machine's own program:"
  container_is_down=1
}

# debian_package SONAME: the package that brings a library, by Debian's way of naming: libz.so.1 is in libz1 or so.
debian_package() {
  local name=${1%%.so*} number=${1##*.so.}
  [ "$number" != "$1" ] || number=
  case "$1" in
  libz.so.1) echo zlib1g ;;
  libomp.so.5) echo libomp5-19 ;;
  libgomp.so.1) echo libgomp1 ;;
  libgcc_s.so.1) echo libgcc-s1 ;;
  libcurl.so.4) echo libcurl4 ;;
  libxml2.so.2) echo libxml2 ;;
  libsqlite3.so.0) echo libsqlite3-0 ;;
  libc.so.6 | libm.so.6) echo libc6 ;;
  *[0-9].so*) echo "$name-$number" ;;
  *) echo "$name$number" ;;
  esac
}

# what_brings SONAME: the command that brings a missing library.
what_brings() {
  case "$1" in
  libwhisper.so* | libllama.so* | libggml*.so*)
    echo "data/scripts/build-engines.sh && data/scripts/setup.sh    # libwhisper and libllama with ggml" ;;
  libswift* | libFoundation* | lib_Foundation* | libdispatch.so* | libBlocksRuntime.so* | libXCTest.so*)
    echo "https://www.swift.org/install    # Swift's run-time libraries come with its toolchain" ;;
  *) echo "sudo apt-get install $(debian_package "$1")" ;;
  esac
}

# libraries PROGRAM: names those that are missing or too old; fails when there are some.
libraries() {
  local line name broken=0 seen=' '
  command -v ldd >/dev/null || return 0
  while IFS= read -r line; do
    case "$line" in
    *"=> not found"*)
      name=${line%% =>*} && name=${name//[[:space:]]/}
      case "$seen" in *" $name "*) continue ;; esac
      seen+="$name "
      finding ✗ "the library $name is missing" "$(what_brings "$name")"
      broken=1 ;;
    *"version "*" not found (required by "*)
      # PROGRAM: /path/of/LIBRARY: version `NAME' not found (required by WHAT)
      name=${line%%: version *} && name=${name##*[/ ]}
      line=${line#*version } && line=${line%% not found*} && line=${line//[\`\']/}
      case "$seen" in *" $name:$line "*) continue ;; esac
      seen+="$name:$line "
      finding ✗ "$name is too old: it has no $line" \
        "data/scripts/setup.sh    # builds for this system; that program was built for a newer one"
      broken=1 ;;
    *"not a dynamic executable"* | *"file too short"* | *"invalid ELF header"*)
      finding ✗ "a file is damaged: ${line//[[:space:]]/ }" "data/scripts/setup.sh" && broken=1 ;;
    esac
  done < <(ldd "$1" 2>&1 || true)
  return "$broken"
}

# processor: what builds for common processors need and this one lacks.
processor() {
  local flags feature missing=()
  flags=" $(sed -n 's/^flags[^:]*: //p' "${CPUINFO:-/proc/cpuinfo}" 2>/dev/null | head -n 1) "
  [ "$flags" != "  " ] || return 0
  for feature in avx avx2 bmi2 f16c fma avx512f avx512vl avx512_vnni avx512_bf16 amx_bf16; do
    case "$flags" in *" $feature "*) ;; *) missing+=("$feature") ;; esac
  done
  echo "${missing[*]}"
}

# is_foreign FILE: whether its first bytes say that it was built for another kind of processor than this machine's.
is_foreign() {
  local machine
  machine=$(od -An -tx1 -j18 -N2 "$1" 2>/dev/null | tr -d ' ')
  case "$machine:$(uname -m)" in
  3e00:x86_64 | b700:aarch64 | b700:arm64) return 1 ;;
  3e00:* | b700:*) return 0 ;;
  *) return 1 ;;
  esac
}

# examine PROGRAM STATUS OUTPUT: why it does not start.
examine() {
  echo "Program"
  if [ ! -x "$1" ]; then
    finding ✗ "$1 may not be run by $(id -un)" "chmod +x '$1'"
  elif [ "$(head -c 4 "$1" | od -An -c | tr -d ' ')" != '177ELF' ] && [ "$(uname)" = Linux ]; then
    finding ✗ "$1 is no program: it is damaged, or something else" "data/scripts/setup.sh"
  elif is_foreign "$1"; then
    finding ✗ "$1 was built for another kind of processor than this $(uname -m)" "data/scripts/setup.sh"
  elif ! libraries "$1"; then
    :
  elif [ "$2" = 132 ]; then
    finding ✗ "$1 uses instructions that this processor lacks; of common ones it has no $(processor)" \
      "FORCE=1 data/scripts/build-engines.sh && data/scripts/setup.sh    # builds for this processor"
  elif [ "$2" = 137 ]; then
    finding ✗ "$1 was killed at its start, most likely for want of memory" "free -h    # and: sudo dmesg | tail"
  else
    finding ✗ "$1 does not start (exit status $2): $(head -n 1 <<<"$3")" "data/scripts/setup.sh"
  fi
}

container_is_down=
in_container "$@"
run=()
if [ -z "${COMMENTBOT:-}$container_is_down" ] && in_systemd; then
  use_services
  echo "as systemd's services:" >&2
  run=(as_services)
else
  program=$(find_program)
fi
if [ -z "$program" ]; then
  echo "Program"
  finding ✗ "there is no commentbot on the PATH, in $PREFIX/bin or in $root/.build" "data/scripts/setup.sh"
  exit 1
fi
status=0
output=$(${run[@]+"${run[@]}"} "$program" --version 2>&1) || status=$?
if [ "$status" != 0 ]; then
  examine "$program" "$status" "$output"
  exit 1
fi
status=0
${run[@]+"${run[@]}"} "$program" diagnose "$@" || status=$?
[ -z "$container_is_down" ] || [ "$status" != 0 ] || status=1
exit "$status"
