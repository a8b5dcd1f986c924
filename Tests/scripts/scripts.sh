# shellcheck shell=bash
# Tests of every script. Sourced by run.sh, never run.
# shellcheck disable=SC2154  # run.sh has the clone

# Every script has a -h that begins with what it does, and refuses what it does not know.
scripts_help_andUnknownOptions() {
  local script
  for script in data/scripts/*.sh; do
    [ -x "$script" ] || continue
    ends 0 "$script" -h >"$HOME/out" 2>&1
    says "$script"
    case "$script" in *diagnostic.sh) continue ;; esac
    ends 64 "$script" --no-such-option >"$HOME/out" 2>&1
  done
}

# macOS has BSD's tools, and no flock.
scripts_otherTools_areRefusedBeforeAnything() {
  local script
  mkdir "$HOME/tools"
  ln -s /usr/bin/* "$HOME/tools" && rm "$HOME/tools/flock"
  PATH=$clone/Tests/scripts/stand-ins:$HOME/tools ends 69 deploy deploy --version v1
  says "there is no flock"
  [ ! -e .env ] || wrong "there are settings"
  rm "$HOME/tools/realpath"
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\ncase "$1" in -*) echo "realpath: illegal option" >&2; exit 1 ;; esac\n' >"$HOME/tools/realpath"
  chmod +x "$HOME/tools/realpath"
  PATH=$clone/Tests/scripts/stand-ins:$HOME/tools ends 69 data/scripts/backup.sh >"$HOME/out" 2>&1
  says "GNU's coreutils"
  for script in data/scripts/{backup,cleanup,deploy,init-letsencrypt,monitor,restore,setup-docker}.sh; do
    PATH=$clone/Tests/scripts/stand-ins:$HOME/tools ends 0 "$script" -h >"$HOME/out" 2>&1
    says "$script"
  done
}
