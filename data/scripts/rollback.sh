# shellcheck shell=bash
# The way back to a version that was here before, for deploy.sh: after a deployment that failed, and later. Sourced, never run;
# needs deploy.sh's own functions.
# shellcheck disable=SC2034,SC2154  # deploy.sh has the rest

reads='' restored='' interrupted='' own=''

# ask_library: sets reads to 0 where this version's program can work with the library as it is, to 76 where it cannot, which
# is a newer version's; all else says nothing of the library.
ask_library() {
  mounts=() reads=0
  quietly program migrate || reads=$?
}

# put_aside: what restores have kept beside the library.
put_aside() {
  find bd/commentbot -maxdepth 1 -name '.before-restore-*' 2>/dev/null | sort
}

# bring_back VERSION BACKUP: the services of a version that was here before, and its library where it can read no other.
bring_back() {
  local service before status=0
  export COMMENTBOT_VERSION=$1
  # A library that nobody has migrated is not touched: what is up works on, and what was stopped starts.
  if [ -n "$migrated" ]; then
    halt || return 1
    [ -n "$reads" ] || ask_library
    [ -z "$interrupted" ] || return 1
  fi
  # Where the answer is another failure, the services show whether they work with it.
  if [ -n "$migrated" ] && [ "$reads" = 76 ]; then
    step "The library as it was before: $2"
    [ -e "$2" ] || { echo "    there is no such backup" >&2 && return 1; }
    mounts=()
    show "$root/$2" /run/backup.tar:ro
    before=$(put_aside)
    program restore "$seen" --keep-config || status=$?
    # It may have done its work although its end was not heard of.
    if [ "$status" = 0 ] || [ "$(put_aside)" != "$before" ]; then restored=1; fi
    [ "$status" = 0 ] || return 1
    done_in "done; what was there is beside it as .before-restore-…"
  fi
  for service in $(enabled); do replace "$service" || return 1; done
}

# files_of COMMIT: the clone's files as the version had them, unless somebody's changes are in the way. Commits that are
# nowhere else keep a name, until the files are theirs again.
files_of() {
  local head
  [ "$1" != none ] && [ "$(git rev-parse --short HEAD)" != "$1" ] || return 0
  head=$(git rev-parse --short HEAD)
  if ! quietly git reset --quiet --keep "$1"; then
    echo "    the files stay as they are: git reset --keep $1 was refused" >&2
  elif [ "$own" = "$1" ]; then
    git branch --quiet -D "before-rollback-$own"
    own=''
  elif [ -z "$(git for-each-ref --contains "$head" refs/remotes refs/heads)" ]; then
    git branch "before-rollback-$head" "$head"
    own=$head
  fi
}

# stay STATUS CAUSE [HINT]: on the version that was up, when going back comes to nothing.
stay() {
  export COMMENTBOT_VERSION=$old
  files_of "$commit" || true
  migrated='' mounts=()
  [ -z "$restored" ] || { halt && program restore --undo; } ||
    fail 70 "the library of $old does not come back" "data/scripts/restore.sh --undo"
  bring_back "$old" none || fail 70 "$old does not become healthy either" "data/scripts/diagnostic.sh"
  fail "$1" "$2; $old is up again" "${3:-}"
}

rollback() {
  local with_library=$1 line
  [ -n "$old" ] || fail 66 "deploy.sh has brought up nothing here"
  # The newest line of another version; the backup is the one that the present version began with.
  line=$(standing | awk -F '\t' -v now="$old" '$2 != now' | tail -n 1)
  [ -n "$line" ] || fail 66 "there is no version before $old" "$0 status"
  backup=$(standing | awk -F '\t' -v now="$old" '$2 == now { print $4 }' | tail -n 1)
  COMMENTBOT_VERSION=$(cut -f 2 <<<"$line")
  export COMMENTBOT_VERSION
  for image in $(image_names); do
    docker image inspect "$image:$COMMENTBOT_VERSION" >/dev/null 2>&1 || [ "${image##*/}" = commentbot-ollama ] ||
      fail 66 "the image $image:$COMMENTBOT_VERSION is gone" "git checkout $(cut -f 3 <<<"$line") && $0 deploy"
  done
  step "From $old back to $COMMENTBOT_VERSION"
  # Stopped by hand from here on, what was up is started again.
  trap 'interrupted=interrupted && echo "    interrupted" >&2' INT TERM
  halt || stay 1 "${interrupted:-the core does not stop}"
  ask_library
  [ -z "$interrupted" ] || stay 1 "$interrupted"
  case "$reads" in
  0) ;;
  76)
    [ -n "$with_library" ] || stay 64 "$COMMENTBOT_VERSION cannot read the library, which $old has migrated" \
      "$0 rollback --with-library    # takes $backup: what was made since then is put aside" ;;
  *) stay 1 "it is not known whether $COMMENTBOT_VERSION can read the library; what docker said stands above" ;;
  esac
  migrated=1
  files_of "$(cut -f 3 <<<"$line")" || true
  bring_back "$COMMENTBOT_VERSION" "$backup" || {
    record failed || true
    stay 1 "${interrupted:-$COMMENTBOT_VERSION does not become healthy}"
  }
  commit=$(cut -f 3 <<<"$line")
  set_value COMMENTBOT_VERSION "$COMMENTBOT_VERSION"
  record back
  echo "==> $COMMENTBOT_VERSION is up."
  [ -z "$own" ] || echo "    your own commits up to $own are on the branch before-rollback-$own: git merge before-rollback-$own"
}
