#!/usr/bin/env bash
# Tries the units in a systemd of its own, over a copy of this machine that goes away: a recording is transcribed and
# commented, and backed up, by services with all that is taken from them; the scripts bring a backup back, and take all away.
#
#   data/scripts/test-systemd.sh
#
# Takes a minute or two and needs root, an installed commentbot with its models, and this clone's data/scripts/setup.sh done.
# Nothing of this machine is changed: systemd runs in namespaces of its own over an overlay in memory.
#
#   COMMENTBOT  the program to run (default the one on the PATH)
set -euo pipefail
# shellcheck source=data/scripts/lib.sh
source "$(dirname "$0")/lib.sh"
case "${1:-}" in -h | --help) help && exit ;; "") ;; *) fail 64 "unknown argument $1" "$0 -h" ;; esac
[ "$(id -u)" = 0 ] || fail 77 "namespaces and mounts need root" "sudo $0"
! command -v apt-get >/dev/null || apt_install systemd curl ffmpeg asterisk-core-sounds-en-g722
[ -x /lib/systemd/systemd ] || fail 69 "NOT TRIED: the units, for want of systemd"
COMMENTBOT=$(realpath "${COMMENTBOT:-$(command -v commentbot)}")
export COMMENTBOT root

scratch=$(mktemp -d)
# A control group of its own, below which this systemd makes its services'.
groups=/sys/fs/cgroup kind=cgroup2
[ -e $groups/cgroup.controllers ] || { groups=/sys/fs/cgroup/systemd && kind=cgroup; }
group=$groups/commentbot-test-$$
finish() {
  rm -rf "$scratch"
  find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
}
trap finish EXIT
mkdir "$group"

step "A recording"
prompts=/usr/share/asterisk/sounds/en_US_f_Allison
ffmpeg -nostdin -v error -y -f g722 -i $prompts/demo-congrats.g722 -codec:a libmp3lame "$scratch/speech.mp3"
done_in "speech.mp3"

# What runs in there, as root, once systemd is up. Its last line says how it went.
cat >"$scratch/inside" <<'END'
#!/bin/bash
set -euo pipefail
trap 'echo "at: $BASH_COMMAND"; systemctl --no-pager --full --lines 200 status "commentbot*" | grep -v "\"level\":\"info\"" || true' ERR
ip link set lo up
# In this root alone, wherever the program lies: the services see no homes and no temporary folders.
install -m 755 "$COMMENTBOT" /usr/local/bin/commentbot-under-test
export COMMENTBOT=/usr/local/bin/commentbot-under-test
"$root/data/scripts/setup-systemd.sh" >/dev/null
unset COMMENTBOT
systemctl start commentbot.service commentbot-worker@1.service commentbot-whisper.service
url=http://127.0.0.1:8080
for port in 8080 9000; do
  for ((n = 0; n < 150; n++)); do ! curl -sf -o /dev/null "http://127.0.0.1:$port/health/ready" || break; sleep 0.2; done
done
job=$(curl -sf -F file=@/run/speech.mp3 -F kinds=summary $url/v1/jobs | grep -oE '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
for ((n = 0; n < 600; n++)); do
  state=$(curl -sf "$url/v1/jobs/$job" | grep -oE '"state":"[a-z]*"' | head -n 1)
  case "$state" in *succeeded* | *failed*) break ;; esac
  sleep 0.5
done
[ "$state" = '"state":"succeeded"' ] || { curl -s "$url/v1/jobs/$job" && false; }
grep -qi asterisk /var/lib/commentbot/data/transcripts/*/transcript.txt
[ -s "$(echo /var/lib/commentbot/data/transcripts/*/comments.md)" ]
curl -sf -F file=@/run/speech.mp3 -F response_format=text http://127.0.0.1:9000/v1/audio/transcriptions | grep -qi asterisk
systemctl start commentbot-backup.service
ls /var/backups/commentbot/commentbot-*
# The scripts know whose library it is, from and to folders that its user does not see.
echo "a passphrase" >/root/passphrase
file=$("$root/data/scripts/backup.sh" --passphrase-file /root/passphrase /root/backups)
recording=$(curl -sf $url/v1/recordings | grep -oE '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)
curl -sf -o /dev/null -X DELETE "$url/v1/recordings/$recording"
! curl -sf -o /dev/null "$url/v1/recordings/$recording"
"$root/data/scripts/restore.sh" --passphrase-file /root/passphrase "$file"
curl -sf -o /dev/null "$url/v1/recordings/$recording"
systemctl is-active commentbot.service commentbot-worker@1.service
"$root/data/scripts/cleanup.sh" --before-restore --apply
"$root/data/scripts/diagnostic.sh" --only storage.home | grep "/var/lib/commentbot holds"
"$root/data/scripts/monitor.sh"
find /var/lib/commentbot /var/backups/commentbot ! -user commentbot -print -quit | (! grep .)
# Ended by a signal or anew since: that would be a service that something is kept from.
for unit in commentbot.service commentbot-worker@1.service commentbot-whisper.service; do
  [ "$(systemctl show --property NRestarts --value $unit)" = 0 ]
  systemctl stop $unit
  [ "$(systemctl show --property Result --value $unit)" = success ]
done
systemctl --quiet enable --now commentbot.service commentbot-worker@1.service commentbot-backup.timer 2>/dev/null
"$root/data/scripts/setup-systemd.sh" --remove >/dev/null
for unit in commentbot.service commentbot-worker@1.service commentbot-backup.timer; do
  [ "$(systemctl is-active $unit)" = inactive ]
done
find /etc/systemd/system -name 'commentbot*' | (! grep .)
[ ! -e /etc/systemd/system/commentbot.service ] && [ -e /var/lib/commentbot/bd/commentbot/commentbot.sqlite ]
echo ALL WELL
END
chmod +x "$scratch/inside"

# outer: from namespaces of its own into a root of its own, where systemd takes over as the first process.
# shellcheck disable=SC2016  # for the shell in there
outer='
set -euo pipefail
scratch=$1 kind=$2
mount --make-rprivate /
mkdir "$scratch/memory" "$scratch/new"
mount -t tmpfs memory "$scratch/memory"
mkdir "$scratch/memory/upper" "$scratch/memory/work"
mount -t overlay root -o "lowerdir=/,upperdir=$scratch/memory/upper,workdir=$scratch/memory/work" "$scratch/new"
cd "$scratch/new"
mount -t proc proc proc
mount --rbind /sys sys
mount --make-rslave sys
umount --recursive sys/fs/cgroup 2>/dev/null || true
if [ "$kind" = cgroup2 ]; then
  mount -t cgroup2 cgroup sys/fs/cgroup
else
  mount -t tmpfs cgroups sys/fs/cgroup
  mkdir sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd systemd sys/fs/cgroup/systemd
fi
mount --bind /dev dev
mount -t tmpfs run run
mkdir -p run/lock etc/systemd/system
# What this root would see of the clone may lie on another file system.
mkdir -p ".$root" && mount --rbind "$root" ".$root"
cp "$scratch/inside" "$scratch/speech.mp3" run
printf "%s\n" "[Unit]" DefaultDependencies=no Requires=inside.service >etc/systemd/system/inside.target
printf "%s\n" "[Unit]" DefaultDependencies=no "[Service]" Type=oneshot TimeoutStartSec=600 ExecStart=/run/inside \
  "Environment=PATH=$PATH root=$root COMMENTBOT=$COMMENTBOT" StandardOutput=append:/run/out StandardError=append:/run/out \
  "ExecStopPost=/bin/systemctl --no-block exit" >etc/systemd/system/inside.service
mount --bind "$scratch" mnt
touch mnt/out run/out
mount --bind mnt/out run/out
mkdir old
pivot_root . old
cd /
umount --lazy old
exec env --ignore-environment container=commentbot /lib/systemd/systemd --system --unit=inside.target --log-level=err \
  --log-target=console --show-status=no'

step "systemd with commentbot.service, a worker, the whisper service and a backup (1 to 2 minutes)"
status=0
(
  echo "$BASHPID" >"$group/cgroup.procs"
  exec timeout --kill-after 10 700 unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child bash -c "$outer" outer \
    "$scratch" "$kind"
) >"$scratch/console" 2>&1 || status=$?
if [ "$(tail -n 1 "$scratch/out" 2>/dev/null)" = "ALL WELL" ]; then
  grep -v 'ALL WELL' "$scratch/out" | sed 's/^/    /'
  done_in "all well"
else
  cited "$(tail -n 40 "$scratch/out" 2>/dev/null || true)"
  cited "$(tail -n 20 "$scratch/console")"
  fail 1 "the units do not work (systemd ended with $status)"
fi
