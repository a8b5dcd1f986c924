#!/usr/bin/env bash
# Whether a long queue makes anything slow, and whether `commentbot serve` grows:
#   run.sh latency          list, get, cancel, retry, search and claim with 100 and with 10,000 queued jobs, interleaved
#   run.sh memory           what is resident after 2,000 and 10,000 requests, and after 1,000 clients of events, three times
#   run.sh upload [BYTES]   the most that was resident while a stream of 4 GB is uploaded
# Needs: Python 3, curl. COMMENTBOT names the program; else the release build is made.
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ -z "${COMMENTBOT:-}" ]; then
  swift build -c release --product commentbot
  COMMENTBOT=$(swift build -c release --show-bin-path)/commentbot
fi
export COMMENTBOT OLLAMA_HOST=127.0.0.1:1 COMMENTBOT_LLM_ENGINE=none
export COMMENTBOT_SERVE_KEY_LIMIT=0 COMMENTBOT_JOBS_QUEUE_DEPTH=1000000
# A descriptor for each client of events, on both sides.
ulimit -n 4096
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
python3 Benchmarks/queue/queue.py "$@"
