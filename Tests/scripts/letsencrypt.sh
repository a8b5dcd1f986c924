# shellcheck shell=bash
# Tests of init-letsencrypt.sh. Sourced by run.sh, never run.
# shellcheck disable=SC2317  # functions are called by their names

letsencrypt_asksForATrialFirst() {
  mkdir -p "$HOME/bin"
  printf '#!/bin/sh\necho "1.2.3.4 STREAM"\n' >"$HOME/bin/getent"
  # The web's way to nginx: the file that was put there.
  cat >"$HOME/bin/curl" <<'END'
#!/bin/sh
for url; do :; done
[ ! -e "$HOME/away" ] || { echo "curl: (7) could not connect"; exit 7; }
domain=${url#http://} && domain=${domain%%/*}
[ "$domain" = "$(cat "$STANDIN/domain-nginx")" ] || { echo "curl: (52) Empty reply from server"; exit 52; }
cat "data/certificates/challenges/${url#http://"$domain"/}"
END
  chmod +x "$HOME"/bin/*
  export PATH=$HOME/bin:$PATH
  get() { data/scripts/init-letsencrypt.sh "$@" >"$HOME/out" 2>&1; }
  ends 78 get
  ends 69 get talk.test me@talk.test
  says "deploy --proxy nginx"
  ends 0 deploy deploy --version v1 --proxy nginx
  is_up nginx v1
  touch "$HOME/away"
  ends 69 get
  says "could not connect"
  rm "$HOME/away"
  ends 0 get
  calls 'run .*certbot --once --dry-run' 'run .*certbot --once$' 'up .*certbot'
  never 'up .*commentbot-core nginx$'
  # nginx answers to the name that it was started with.
  ends 0 get other.test me@other.test
  calls 'up .*commentbot-core nginx$' 'run .*certbot --once$'
  # The core too.
  echo talk.test >"$STANDIN/domain-commentbot-core"
  : >"$STANDIN/calls"
  ends 0 get --dry-run
  calls 'up .*commentbot-core nginx$' 'run .*certbot --once --dry-run'
  fault nginx@v1
  ends 70 get --dry-run third.test me@third.test
  says "docker compose logs commentbot-core nginx"
  mended
  ends 0 get --dry-run other.test me@other.test
  fault certbot
  ends 69 get --dry-run
}
