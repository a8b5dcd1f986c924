#!/usr/bin/env bash
# Tries the scripts of data/scripts without an engine, a registry or a network: what they run is stood in for.
# Usage: Tests/scripts/run.sh [TEST…]
set -euo pipefail
clone=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# The tests are in files named by what they try.
for file in "$clone"/Tests/scripts/*.sh; do
  # shellcheck source=/dev/null
  [ "$file" = "$clone/Tests/scripts/run.sh" ] || source "$file"
done

tests=("$@")
# A test's name says what happens, in words with capitals; that of what they share has none.
[ $# -gt 0 ] || mapfile -t tests < <(declare -F | sed -nE 's/^declare -f ([a-z]+_[A-Za-z_]*[A-Z][A-Za-z_]*)$/\1/p')
for test in "${tests[@]}"; do
  set +e
  (set -e && house && "$test")
  status=$?
  set -e
  if [ "$status" = 0 ]; then printf '    ✓ %s\n' "$test"; else printf '    ✗ %s\n' "$test" && failed=1; fi
done
exit "$failed"
