#!/bin/sh
# Configures FFmpeg's sources for what CommentBot does with them: opening files, and decoding audio.
#
#   configure-ffmpeg.sh FOLDER
#
# FOLDER has Debian's source package. Every audio decoder that is FFmpeg's own stays, and every demuxer: what may be opened
# is decided by the program.
set -eu
cd "$1"
# FFmpeg's list of codecs has headings: audio stands before subtitles, and what wraps foreign libraries behind both.
decoders=$(sed -n '/^\/\* audio codecs \*\/$/,/^\/\* subtitles \*\/$/s/^extern const FFCodec ff_\(.*\)_decoder;$/\1/p' \
  libavcodec/allcodecs.c)
[ "$(echo "$decoders" | wc -l)" -gt 150 ] || { echo "configure-ffmpeg.sh: the list of codecs looks otherwise" >&2 && exit 70; }
./configure --prefix=/usr/local --enable-shared --disable-static --disable-debug --disable-doc --disable-programs \
  --extra-version="$(dpkg-parsechangelog --show-field Version | sed 's/^[^-]*-//')" \
  --disable-autodetect --enable-zlib --disable-avdevice --disable-avfilter --disable-postproc --disable-swscale \
  --disable-network --disable-protocols --enable-protocol=file --disable-muxers --disable-encoders --disable-hwaccels \
  --disable-decoders --enable-decoder="$(echo "$decoders" | paste -sd ,)"
