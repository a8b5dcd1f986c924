# shellcheck shell=bash
# Tests of Every script. Sourced by run.sh, never run.

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
