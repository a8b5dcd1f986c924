#!/usr/bin/env bash
# Sets CommentBot up, then transcribes and comments two minutes of real speech.
#
#   data/scripts/demo.sh [FILE]
#
# FILE is a recording of your own; without it, the recorded prompts of the telephone exchange Asterisk are used.
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; -*) fail 64 "unknown option $1" "$0 -h" ;; esac
[ -z "${1:-}" ] || [ -r "$1" ] || fail 66 "$1 cannot be read"

"$root/data/scripts/setup.sh"

# make_sample FILE: the tour that Asterisk gives its new users, one prompt after the other.
make_sample() {
  local prompts=/usr/share/asterisk/sounds/en_US_f_Allison inputs=() name
  step "A sample of real speech"
  if command -v apt-get >/dev/null; then
    apt_install ffmpeg asterisk-core-sounds-en-g722
    for name in demo-congrats demo-instruct demo-moreinfo demo-thanks; do
      inputs+=(-f g722 -i "$prompts/$name.g722")
    done
    ffmpeg -nostdin -v error -y "${inputs[@]}" -filter_complex "concat=n=$((${#inputs[@]} / 4)):v=0:a=1" \
      -codec:a libmp3lame -q:a 4 -f mp3 "$1.new"
    mv "$1.new" "$1"
  else
    fail 69 "the sample's prompts come from a Debian package" "$0 FILE    # with a recording of your own"
  fi
  done_in "$1"
}

recording=${1:-$root/data/inbox/asterisk-tour.mp3}
[ -e "$recording" ] || make_sample "$recording"

step "commentbot process $recording"
COMMENTBOT_HOME=$root "$PREFIX/bin/commentbot" process "$recording" ||
  fail "$?" "the recording could not be processed" "commentbot diagnose"
done_in

cat <<END
==> That was it. The transcript and the comments are in $root/data/transcripts.
    What to type next:
      commentbot process FILE        your own recording: audio or video, any format that FFmpeg opens
      commentbot list                what there is
      commentbot search asterisk     every place where a word was said
      commentbot diagnose            checks everything, and says how to get a larger language model
END
path_hint
