# shellcheck shell=bash
# Tests of lib.sh: Debian packages. Sourced by run.sh, never run.
# shellcheck disable=SC2317  # functions are called by their names

packages_cannotBeInstalled_saysWhatAptSaid() {
  mkdir -p "$HOME/bin"
  cat >"$HOME/bin/apt-get" <<'END'
#!/bin/sh
case "$*" in
*update*) echo "W: Failed to fetch http://deb.test/InRelease  503" ; exit "${UPDATE:-0}" ;;
*) echo "E: Unable to locate package no-such-package"; exit 100 ;;
esac
END
  chmod +x "$HOME/bin/apt-get"
  export PATH=$HOME/bin:$PATH
  install_it() { bash -c 'set -euo pipefail; source data/scripts/lib.sh; apt_install no-such-package' setup.sh >"$HOME/out" 2>&1; }
  command -v sudo >/dev/null || [ "$(id -u)" = 0 ] || { ends 77 install_it && return; }
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\nexec "$@"\n' >"$HOME/bin/sudo" && chmod +x "$HOME/bin/sudo"
  ends 69 install_it
  says "E: Unable to locate package no-such-package"
  says "W: Failed to fetch http://deb.test/InRelease  503"
  says "apt-get install no-such-package"
  UPDATE=100 ends 69 install_it
  says "apt-get could not renew the lists"
}

packages_programsAlone_theirServicesDoNotRun() {
  local status
  as_root
  export DESTDIR=$HOME/root
  mkdir -p "$DESTDIR/run/systemd/system"
  # One service is here already.
  echo nginx.service >"$STANDIN/units"
  for status in 0 69; do
    : >"$STANDIN/calls"
    # shellcheck disable=SC2016  # for the shell that is called
    ends "$status" bash -c 'set -euo pipefail; source data/scripts/lib.sh
      get() { echo install >>"$STANDIN/calls" && return "$1"; }
      idle nginx prometheus -- get "$0"' "$status"
    calls 'systemctl mask prometheus.service' install 'systemctl unmask prometheus.service' 'systemctl disable prometheus.service'
    never '(mask|disable).* nginx'
  done
  # Stopped by hand, which the terminal tells all of them.
  : >"$STANDIN/calls"
  # shellcheck disable=SC2016  # for the shell that is called
  ends 130 setsid --wait bash -c 'set -euo pipefail; trap - INT; source data/scripts/lib.sh
    get() { sh -c "kill -INT 0; sleep 10"; }
    idle prometheus -- get
    echo "that went on" >>"$STANDIN/calls"' 2>/dev/null
  calls 'systemctl mask prometheus.service' 'systemctl unmask prometheus.service' 'systemctl disable prometheus.service'
  never 'that went on'
}
