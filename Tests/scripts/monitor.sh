# shellcheck shell=bash
# Tests of monitor.sh. Sourced by run.sh, never run.
# shellcheck disable=SC2317  # functions are called by their names

monitor_wellWarnsAndIll() {
  local port=$HOME/port
  mkdir -p "$HOME/www/health"
  cat >"$HOME/server.py" <<'END'
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        name = os.path.join(sys.argv[1], self.path.strip("/").replace("/", "-"))
        status, body = open(name).read().split("\n", 1) if os.path.exists(name) else ("404", "")
        if name.endswith("metrics") and self.headers["Authorization"] != "Bearer cbk_monitor": status = "401"
        self.send_response(int(status)); self.end_headers(); self.wfile.write(body.encode())
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
END
  python3 "$HOME/server.py" "$HOME/www" >"$port" &
  local server=$!
  # shellcheck disable=SC2064  # the server of this test
  trap "kill $server 2>/dev/null || true" EXIT
  until [ -s "$port" ]; do kill -0 "$server" || wrong "the server does not start"; done
  # shellcheck disable=SC2016  # for the program that is written
  printf '#!/bin/sh\necho "$1: $2" >>"%s"\n' "$HOME/told" >"$HOME/notify" && chmod +x "$HOME/notify"
  echo cbk_monitor >"$HOME/key"
  look() {
    data/scripts/monitor.sh --url "http://127.0.0.1:$(cat "$port")" --key-file "$HOME/key" --notify "$HOME/notify" "$@" \
      >"$HOME/out" 2>&1
  }
  printf '200\n{"checks":{"disk":{"ready":true}},"status":"ready"}' >"$HOME/www/health-ready"
  printf '200\ncommentbot_queue_age_seconds 7\ncommentbot_jobs{state="queued"} 3\ncommentbot_jobs{state="running"} 1\n' \
    >"$HOME/www/metrics"
  ends 0 look
  says '"level":"info"'
  says '"waiting_seconds":7,"queued":3,"running":1'
  python3 -c 'import json, sys; json.loads(open(sys.argv[1]).read())' "$HOME/out" || wrong "that is no JSON"
  [ ! -e "$HOME/told" ] || wrong "it told of nothing"
  ends 0 look --max-wait 5
  says '"level":"warning"'
  grep -q '^warning: a job has waited for 7 s' "$HOME/told" || wrong "nobody was told"
  printf '503\n{"checks":{"database":{"ready":true},"disk":{"code":"disk_full","ready":false}},"status":"not_ready"}' \
    >"$HOME/www/health-ready"
  ends 1 look
  says '"level":"error"'
  says 'CommentBot is not ready: disk'
  rm "$HOME/told"
  printf '503\nno available server\n' >"$HOME/www/health-ready"
  ends 1 look
  says '"level":"error"'
  says 'CommentBot is not ready: what is in front of it'
  grep -q '^ill: CommentBot is not ready' "$HOME/told" || wrong "nobody was told"
  kill "$server"
  wait "$server" || true
  ends 1 look
  says 'does not answer'
}

# Nothing answers there: the line says what was asked.
monitor_withoutURL_asksTheInstallation() {
  asks() { ends 1 data/scripts/monitor.sh >"$HOME/out" 2>&1 && says "\"url\":\"$1\""; }
  COMMENTBOT_SERVE_PORT=1 asks http://127.0.0.1:1
  with_systemd
  printf 'COMMENTBOT_SERVE_PORT=2\n' >>"$DESTDIR/etc/commentbot/commentbot.env"
  asks http://127.0.0.1:2
  echo 'COMMENTBOT_PORT=3' >.env
  ends 0 deploy deploy --version v1
  asks http://127.0.0.1:3
  printf 'COMMENTBOT_DOMAIN=nowhere.invalid\nCOMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml\n' >>.env
  asks https://nowhere.invalid
}

# Both proxies answer /metrics with 404.
monitor_behindAProxy_asksTheCoreForFigures() {
  mkdir -p "$HOME/bin"
  cat >"$HOME/bin/curl" <<'END'
#!/bin/sh
for url; do :; done
case "$url" in
https://talk.test/health/ready) printf '{"status":"ready"}\n200' ;;
http://172.18.0.5:8080/metrics) printf 'commentbot_queue_age_seconds 7\n200' ;;
*) printf '\n404' ;;
esac
END
  chmod +x "$HOME/bin/curl"
  export PATH=$HOME/bin:$PATH
  echo COMMENTBOT_DOMAIN=talk.test >.env
  ends 0 deploy deploy --version v1 --proxy nginx
  ends 0 data/scripts/monitor.sh --max-wait 5 >"$HOME/out" 2>&1
  says '"url":"https://talk.test","waiting_seconds":7'
  says "a job has waited for 7 s"
  # Another address than that of this clone is asked as it is named.
  ends 0 data/scripts/monitor.sh --url https://talk.test >"$HOME/out" 2>&1
  says "gives no figures: status 404"
}
