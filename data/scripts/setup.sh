#!/usr/bin/env bash
# Sets CommentBot up on this machine: libraries, engines, the program and its models.
#
#   data/scripts/setup.sh
#
# The first run takes 10 to 15 minutes on two cores, later ones a few seconds; what is there is left alone.
#
#   PREFIX   where engines and program go: /usr/local as root, ~/.local otherwise
#   PYTHON   the Python whose pip fetches the pinned packages (default python3)
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; "") ;; *) fail 64 "unknown argument $1" "$0 -h" ;; esac
cd "$root"

install_libraries() {
  if command -v apt-get >/dev/null; then
    step "Debian packages (1 to 2 minutes the first time)"
    apt_install ca-certificates pkg-config python3 python3-pip libavformat-dev libavcodec-dev libswresample-dev \
      libavutil-dev libsqlite3-dev libcurl4-openssl-dev zlib1g-dev
  elif command -v brew >/dev/null; then
    step "Homebrew packages (1 to 2 minutes the first time)"
    local formula
    for formula in pkgconf ffmpeg whisper-cpp llama.cpp python; do
      brew list "$formula" >/dev/null 2>&1 || brew install --quiet "$formula" ||
        fail 69 "brew could not install $formula; what it said stands above" "brew install $formula"
    done
  else
    step "Libraries"
    local library missing=()
    for library in libavformat libavcodec libswresample libavutil sqlite3 libcurl zlib; do
      pkg-config --exists "$library" || missing+=("$library")
    done
    [ ${#missing[@]} = 0 ] ||
      fail 69 "pkg-config does not find ${missing[*]}" "install their development packages and run this again"
  fi
  done_in
}

engines_found() {
  command -v pkg-config >/dev/null && pkg-config --exists "whisper >= 1.7.6" llama
}

# What only a build of the engines needs.
install_build_tools() {
  command -v apt-get >/dev/null || return 0
  local compiler=(clang-19 libomp-19-dev)
  if ! apt_installed clang-19 || ! apt_installed libomp-19-dev; then
    # Without the lists of packages, a new machine would seem to have no clang-19.
    apt_update
    if ! apt-cache show "${compiler[@]}" >/dev/null 2>&1; then
      echo "    this Debian has no clang-19: the engines are built with gcc, which is slower where cores are shared"
      compiler=(g++)
    fi
  fi
  apt_install cmake ninja-build "${compiler[@]}"
}

build_engines() {
  step "libwhisper and libllama on one ggml (2 to 4 minutes the first time)"
  local found='' prefix=$PREFIX
  ! engines_found || found=$(pkg-config --variable=prefix whisper)
  if [ -n "$found" ] && [ ! -e "$found/share/commentbot/engines" ]; then
    echo "    the system's own are used: $found"
  elif [ -n "$found" ] && data/scripts/build-engines.sh --check "$found"; then
    # Whoever has built them: root's are as good as one's own.
    echo "    those in $found are used"
  else
    [ -z "$found" ] || [ ! -w "$found/share/commentbot" ] || prefix=$found
    install_build_tools
    data/scripts/build-engines.sh "$prefix"
  fi
  # The loader's cache is only root's to renew; others find the libraries by the path in the program.
  [ "$(id -u)" != 0 ] || ! command -v ldconfig >/dev/null || ldconfig
  done_in
}

build_program() {
  step "commentbot, release build (5 to 10 minutes the first time)"
  command -v swift >/dev/null || fail 69 "there is no Swift toolchain on the PATH" "https://www.swift.org/install"
  local libraries installed=$PREFIX/bin/commentbot flags=()
  writable "$PREFIX/bin" || fail 77 "$PREFIX/bin cannot be written by $(id -un)" "PREFIX=\$HOME/.local $0"
  # The program finds the engines where they are now, and beside itself when both are moved.
  libraries=$(pkg-config --variable=libdir whisper)
  for path in "$libraries" $([ "$(uname)" != Linux ] || echo "\$ORIGIN/../lib"); do
    flags+=(-Xlinker -rpath -Xlinker "$path")
  done
  quietly swift package resolve ||
    fail 69 "swift could not get the packages; what it said stands above" "swift package resolve"
  # On a terminal, swift shows its progress in one line; in a log, only what goes wrong is worth a line.
  [ -t 1 ] || flags+=(--quiet)
  # What swift says of files in other people's packages is nothing that anybody here can mend.
  patiently swift build -c release --product commentbot "${flags[@]}" 2> >(grep --invert-match --regexp 'which are unhandled' --regexp '^ */.*/CMakeLists.txt$' >&2) ||
    fail 70 "the release build failed" "rm -r .build && $0"
  if ! cmp -s .build/release/commentbot "$installed"; then
    # A running commentbot keeps its file; the new one takes the name.
    install -m 755 .build/release/commentbot "$installed.new"
    mv "$installed.new" "$installed"
  fi
  done_in "$installed is up to date"
}

link_home() {
  mkdir -p bd data/{audio-cache,transcripts,inbox,models}
  # A link that leads nowhere: its clone was moved or deleted.
  if [ ! -e "$HOME/.commentbot" ]; then
    ln -sfn "$root" "$HOME/.commentbot"
    echo "    ~/.commentbot → $root: where commentbot keeps everything, whatever folder it is called in"
  elif [ "$(cd "$HOME/.commentbot" 2>/dev/null && pwd -P)" != "$(pwd -P)" ]; then
    echo "    ~/.commentbot is another installation, which commentbot uses outside of $root"
    echo "  → export COMMENTBOT_HOME=$root    # to use this one everywhere"
  fi
}

pull_models() {
  step "Models (240 MB, 1 minute the first time)"
  COMMENTBOT_HOME=$root "$PREFIX/bin/commentbot" models pull | sed 's/^/    /'
  done_in
}

install_libraries
build_engines
build_program
link_home
pull_models

echo "==> CommentBot is ready, $SECONDS s in all. Try: commentbot process FILE"
path_hint
