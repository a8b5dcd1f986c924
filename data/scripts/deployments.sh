# shellcheck shell=bash
# What deploy.sh did: time, version, commit, backup from before it, and how it ended: up, failed, or back. Sourced, never run;
# needs lib.sh.
# shellcheck disable=SC2154  # lib.sh has the root

deployments=$root/data/deployments.tsv

# record RESULT: a line of what was done.
record() {
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "$COMMENTBOT_VERSION" "$commit" "${backup:-none}" "$1" >>"$deployments"
}

# standing: the lines of the versions that came up, the oldest first, without those that a rollback has left.
standing() {
  awk -F '\t' '
    $5 == "up" { lines[++count] = $0; names[count] = $2 }
    $5 == "back" { for (n = count; n > 0 && names[n] != $2; n--); if (n > 0) count = n }
    END { for (n = 1; n <= count; n++) print lines[n] }' "$deployments" 2>/dev/null || true
}

versions() {
  standing | cut -f 2
}

# old_backups: those that deploy.sh made before versions that are none of the last three.
old_backups() {
  local file kept
  kept=" $(standing | cut -f 4 | tail -n 3 | tr '\n' ' ') "
  for file in data/backups/before-*.tar; do
    case "$kept" in *" $file "*) ;; *) [ ! -e "$file" ] || echo "$file" ;; esac
  done
}
