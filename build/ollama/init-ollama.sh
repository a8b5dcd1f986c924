#!/bin/sh
# Gets the language models that are missing; what is there is left alone, and then no network is needed.
#
#   OLLAMA_MODEL=NAME[,NAME…] init-ollama.sh
#
# It runs a server of its own for that, because the one that answers CommentBot has no way to the internet.
set -eu
: "${OLLAMA_MODEL:?names the models to get}"
export OLLAMA_HOST=127.0.0.1:11434
# The other server may be using the folder: nothing in it is to be tidied up.
export OLLAMA_NOPRUNE=1
ollama serve &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT

tries=0
until ollama list >/dev/null 2>&1; do
  tries=$((tries + 1))
  kill -0 "$server" 2>/dev/null || { echo "init-ollama.sh: ollama did not start" >&2 && exit 69; }
  [ "$tries" -lt 60 ] || { echo "init-ollama.sh: ollama does not answer after a minute" >&2 && exit 69; }
  sleep 1
done

# get MODEL: three tries; what has come stays for the next one.
get() {
  for try in 1 2 3; do
    ollama pull "$1" && return
    echo "init-ollama.sh: $1 did not come, try $try of 3" >&2
    sleep $((try * 5))
  done
  echo "init-ollama.sh: $1 could not be pulled" >&2
  echo "  → check the name at https://ollama.com/library, and the network" >&2
  return 69
}

for model in $(echo "$OLLAMA_MODEL" | tr , ' '); do
  if ollama show "$model" >/dev/null 2>&1; then
    echo "$model is there"
  else
    get "$model"
  fi
done
