#!/usr/bin/env bash
# Compares CommentBot's transcript files, with --subtitles raw, byte for byte with those of openai-whisper's own writers
# for the same segments. Usage: Tests/conformance/run.sh [number of cases]
set -euo pipefail
cd "$(dirname "$0")/../.."
work=.build-conformance
python=$work/venv/bin/python

# Only the writers are needed: without its dependencies the package is small.
if ! cmp -s Tests/conformance/requirements.txt "$work/installed.txt"; then
  echo "Installing openai-whisper's writers into $work ..."
  rm -rf "$work"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --require-hashes \
    -r Tests/conformance/requirements.txt
  cp Tests/conformance/requirements.txt "$work/installed.txt"
fi

"$python" Tests/conformance/write_cases.py "$work/cases" "${1:-400}"
COMMENTBOT_CONFORMANCE_DIR=$PWD/$work/cases swift test --filter TranscriptFormatConformanceTests
