# shellcheck shell=bash
# The images that CommentBot's are made from. Where a registry is reachable they are pulled; elsewhere stand-ins with the same
# names are made of Debian's packages and this machine's Swift, and the Dockerfiles do not know; the file `stand-ins` has their
# names. Sourced, never run.
# shellcheck disable=SC2154  # test-docker.sh and what it sources have the variables

# base_image NAME FUNCTION: pulls it, or has the function make it.
base_image() {
  local name=$1 make=$2
  ! docker image inspect "$name" >/dev/null 2>&1 || return 0
  if timeout 600 docker pull --quiet "$name" >/dev/null 2>&1; then
    echo "    $name is pulled"
  else
    "$make" "$name"
    echo "$name" >>"$engine/stand-ins"
    echo "    $name is a stand-in"
  fi
}

# Debian without documentation, as its slim image is, and with the certificates that this machine trusts.
make_debian() {
  local base=$engine/debian
  rm -rf "$base"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$base" >"$engine/debootstrap.log" 2>&1 ||
    fail 70 "debootstrap failed; $engine/debootstrap.log has more"
  rm -rf "$base"/var/cache/apt/archives/*.deb "$base"/var/lib/apt/lists/* \
    "$base"/usr/share/{doc,man,locale,info}/* "$base"/var/log/*
  printf 'path-exclude /usr/share/%s/*\n' doc man locale info >"$base/etc/dpkg/dpkg.cfg.d/docker"
  # Its apt keeps no packages and no caches.
  printf 'APT::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n' \
    >"$base/etc/apt/apt.conf.d/docker-clean"
  printf 'deb http://deb.debian.org/%s main\n' 'debian bookworm' 'debian bookworm-updates' \
    'debian-security bookworm-security' >"$base/etc/apt/sources.list"
  cp /usr/local/share/ca-certificates/*.crt "$base/usr/local/share/ca-certificates/" 2>/dev/null &&
    chroot "$base" update-ca-certificates >/dev/null 2>&1
  tar -C "$base" -c . | docker import - "$1" >/dev/null
  rm -rf "$base"
}

# packages NAME PACKAGE…: a Debian image with these packages.
packages() {
  local name=$1
  shift
  printf 'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install --yes --no-install-recommends %s\n' "$*" |
    docker build --quiet --tag "$name" - >/dev/null
}

# This machine's toolchain, and its copies of the Swift packages where it has some.
make_swift() {
  local toolchain container copies
  toolchain=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")
  packages swift-base binutils ca-certificates git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6 \
    libpython3.11 libsqlite3-0 libstdc++-12-dev libxml2-dev libz3-dev pkg-config tzdata zlib1g-dev
  container=$(docker create swift-base true)
  tar -C "$(dirname "$toolchain")" --transform "s,^$(basename "$toolchain"),usr," -c --exclude='*lldb*' \
    --exclude='*sourcekit*' --exclude=clangd --exclude=docc "$(basename "$toolchain")" | docker cp - "$container:/"
  git config --get-regexp '^url\..*\.insteadof$' | sed -n 's,^url\.\(/.*\)/\.insteadof .*,\1,p' | sort -u |
    while IFS= read -r copies; do
      tar -C / -c "${copies#/}" | docker cp - "$container:/"
    done
  { git config --get-regexp '^url\..*\.insteadof$' || true; } |
    sed 's,^url\.\(.*\)\.insteadof \(.*\)$,[url "\1"]\n\tinsteadOf = \2,' >"$engine/gitconfig"
  printf '[safe]\n\tdirectory = *\n' >>"$engine/gitconfig"
  docker cp "$engine/gitconfig" "$container:/etc/gitconfig"
  docker commit "$container" "$1" >/dev/null
  docker rm "$container" >/dev/null
}

# A real language model behind Ollama's commands and API: see the file `ollama`.
make_ollama() {
  docker build --quiet --file "$house/build/commentbot-core/Dockerfile" --target engines --tag engines "$house" >/dev/null
  docker build --quiet --file "$root/data/scripts/docker/ollama.Dockerfile" --build-arg ENGINES=engines --tag "$1" \
    "$root/data/scripts/docker" >/dev/null
}

make_prometheus() {
  packages prometheus-base prometheus
  printf 'FROM prometheus-base\nENTRYPOINT ["prometheus"]\n' | docker build --quiet --tag "$1" - >/dev/null
}

make_certbot() {
  packages certbot-base certbot
  printf 'FROM certbot-base\nENTRYPOINT ["certbot"]\n' | docker build --quiet --tag "$1" - >/dev/null
}

# Its entrypoint writes the templates with the environment's values, as nginx's image does.
make_nginx() {
  packages nginx-base nginx-light gettext-base curl openssl
  docker build --quiet --tag "$1" - >/dev/null <<'END'
FROM nginx-base
RUN printf '#!/bin/sh\nset -e\nmkdir -p "$NGINX_ENVSUBST_OUTPUT_DIR"\nfor f in /etc/nginx/templates/*.template; do\n\
  envsubst "\\$COMMENTBOT_DOMAIN" <"$f" >"$NGINX_ENVSUBST_OUTPUT_DIR/$(basename "$f" .template)"\ndone\nexec "$@"\n' \
  >/entrypoint.sh && chmod +x /entrypoint.sh
ENTRYPOINT ["/entrypoint.sh"]
END
}
