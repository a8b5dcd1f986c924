# shellcheck shell=bash
# Tests of deploy.sh: update. Sourced by run.sh, never run.

# with_remote: the clone comes from elsewhere, where a commit is newer, with a file and a secret more.
with_remote() {
  git clone --quiet --bare . "$HOME/remote"
  git remote add origin "$HOME/remote" && git fetch --quiet && git branch --quiet --set-upstream-to origin/main
  git clone --quiet "$HOME/remote" "$HOME/other"
  (
    cd "$HOME/other" || exit
    sed -i 's/^secret grafana_password/&\nsecret another/' data/scripts/setup-docker.sh
    echo new >file && git add --all && git commit --quiet --message second && git push --quiet
  )
}

update_sick_bringsBackTheClonesFiles() {
  with_remote
  ends 0 deploy deploy --version v1
  # The new version's name is made of its time.
  fault 'commentbot-core@20*'
  ends 1 deploy update
  is_up commentbot-core v1
  [ ! -e file ] || wrong "the new files are still there"
  [ -z "$(git branch --list 'before-rollback-*')" ] || wrong "a branch is there for commits that nobody lost"
}

update_newSecrets_areMade() {
  with_remote
  ends 0 deploy deploy --version v1
  rm -r data/inbox
  echo v2=1 >>"$STANDIN/schemas"
  ends 0 deploy update --version v2
  [ -s data/secrets/another ] || wrong "there is no new secret"
  [ -d data/inbox ] || wrong "there is no new folder"
  is_up commentbot-core v2
}

update_registry_needsTheVersion() {
  with_remote
  echo COMMENTBOT_REGISTRY=registry.test/ >.env
  ends 0 deploy deploy --version v1
  : >"$STANDIN/calls"
  ends 64 deploy update
  says "update --version NAME"
  never ' (up|stop|run) '
  [ ! -e file ] || wrong "the clone is another"
  ends 0 deploy update --version v2
  calls 'pull registry.test/commentbot-core:v2' 'v2: up .*commentbot-core'
}
