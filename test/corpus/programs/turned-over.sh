#!/usr/bin/yash
# turned-over.sh NUMBER SECONDS: keeps snapshots by rsnapshot: one that is killed and leaves its lock, two that are whole, and an older one that is turned over to the weeks. What of the last night is there
# goes to the server by mbuffer.
set -e
umask 077
store=/srv/snapshots-$1
mkdir -p "$store"
tabs() { printf '%s\t%s' "$1" "$2"; [ -z "${3-}" ] || printf '\t%s' "$3"; echo; }
{
    tabs config_version 1.2
    tabs snapshot_root "$store/"
    tabs cmd_rsync /usr/bin/rsync
    tabs cmd_rm /bin/rm
    tabs retain night 2
    tabs retain week 2
    tabs lockfile "/srv/snapshots-$1.pid"
    tabs logfile "/srv/snapshots-$1.log"
    tabs loglevel 3
    tabs verbose 1
    tabs link_dest 1
    tabs stop_on_stale_lockfile 0
    tabs rsync_short_args -aq
    tabs exclude '*.o'
    tabs backup /home/agent/documents/ home/
    tabs backup /home/agent/.ssh/ home/
} > "/srv/snapshots-$1.conf"
turn() { rsnapshot -c "/srv/snapshots-$1.conf" "$2" >> "/srv/said-$1" 2>&1; }
{ exec rsnapshot -c "/srv/snapshots-$1.conf" night >> "/srv/said-$1" 2>&1; } &
other=$!
until [ -d "$store/night.0" ]; do sleep 0.05; done
kill -KILL "$other" || true
wait "$other" || true
sleep 0.3
# It warns of the lock that was left, and says so by its end.
turn "$1" night || [ $? -eq 2 ]
sleep "$2"
turn "$1" night
turn "$1" week
tar -C "$store/night.0" -cf - home | mbuffer -q -m 1M -O 198.51.100.87:8730
