#!/usr/bin/env bash
# Builds libwhisper and libllama on one shared ggml and installs them under PREFIX.
#   data/scripts/build-engines.sh PREFIX
# PORTABLE=1 builds every CPU variant with run-time dispatch (for images) instead of this CPU's own.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:?usage: build-engines.sh PREFIX}
work=${COMMENTBOT_BUILD_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/commentbot}/engines
python=${PYTHON:-python3}

# name version sha256 of the source packages; whisper.cpp 1.8.5 and llama.cpp with ggml 0.25.3
whisper_package="pywhispercpp 1.5.1 5df897e5dd9d9f16804fc937bd85b9f5880a0b29a55f8843585e0e03d76195e5"
llama_package="llama-cpp-python 0.3.36 832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e"

fetch() { # NAME VERSION SHA256: downloads the source package, checks it, unpacks it into $work/NAME
  local name=$1 version=$2 sha=$3 archive
  mkdir -p "$work/download"
  archive=$(find "$work/download" -name "${name//-/?}-$version.tar.gz" | head -n 1)
  if [ -z "$archive" ] || ! echo "$sha  $archive" | sha256sum --check --status; then
    echo "    downloading the source of $name $version"
    "$python" -m pip download --quiet --no-deps --no-binary "$name" --no-build-isolation \
      --dest "$work/download" "$name==$version" >"$work/download.log" 2>&1 || true
    archive=$(find "$work/download" -name "${name//-/?}-$version.tar.gz" | head -n 1)
  fi
  if [ -z "$archive" ]; then
    cat "$work/download.log" >&2
    echo "build-engines: $name $version could not be downloaded; check the network and run this again" >&2
    exit 69
  fi
  echo "$sha  $archive" | sha256sum --check --status || {
    echo "build-engines: $archive does not have the pinned SHA-256; delete it and run this again" >&2
    exit 65
  }
  rm -rf "${work:?}/$name" && mkdir -p "$work/$name"
  tar -xzf "$archive" -C "$work/$name" --strip-components=1
}

fetch $whisper_package
fetch $llama_package

cpu=(-DGGML_NATIVE=ON)
if [ "${PORTABLE:-0}" = 1 ]; then
  cpu=(-DGGML_NATIVE=OFF -DGGML_BACKEND_DL=ON -DGGML_CPU_ALL_VARIANTS=ON)
fi
# clang with libomp is the fastest pair and does not collapse when the cores are shared; gcc's libgomp does.
compiler=()
if command -v clang-19 >/dev/null; then
  compiler=(-DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19)
fi

cmake -S "$here/engines" -B "$work/build" -G Ninja \
  -DLLAMA_SOURCE="$work/llama-cpp-python/vendor/llama.cpp" -DWHISPER_SOURCE="$work/pywhispercpp/whisper.cpp" \
  -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=ON -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
  -DCMAKE_INSTALL_RPATH="\$ORIGIN" \
  "${compiler[@]}" "${cpu[@]}" -DGGML_LLAMAFILE=ON -DGGML_CCACHE=OFF \
  -DLLAMA_BUILD_COMMON=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
  -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_APP=OFF \
  -DWHISPER_BUILD_TESTS=OFF -DWHISPER_BUILD_EXAMPLES=OFF -DWHISPER_BUILD_SERVER=OFF >"$work/configure.log" 2>&1 || {
    tail -n 20 "$work/configure.log" >&2
    echo "build-engines: cmake failed; the whole log is $work/configure.log" >&2
    exit 70
  }
ninja -C "$work/build"
cmake --install "$work/build" >"$work/install.log"

# The VAD weights that whisper.cpp ships with its sources.
mkdir -p "$prefix/share/commentbot"
cp "$work/pywhispercpp/whisper.cpp/models/for-tests-silero-v6.2.0-ggml.bin" "$prefix/share/commentbot/ggml-silero-v6.2.0.bin"
