#!/bin/dash
# mirrored.sh NUMBER SECONDS: keeps a mirror of the home folder and what it was before, by rdiff-backup, on two evenings; the first attempt of the second is ended in the middle, and the next one sets right what
# it left. What the mirror holds is sent at the end.
set -e
umask 077
mirror=/srv/mirror-$1
back() { rdiff-backup --api-version 201 --verbosity 2 backup --no-compression --exclude /home/agent/.cache /home/agent "$mirror"; }
back
touch "/srv/first-$1"
until [ -e /home/agent/documents/plan-q2.txt.new-one.txt ]; do sleep 0.1; done
sleep 1.1
back > "/srv/ended-$1" 2>&1 &
while set -- "$1" "$2" "$mirror"/rdiff-backup-data/current_mirror.*; [ $# -lt 4 ] && kill -0 $!; do sleep 0.02; done
kill $! || true
wait $! || true
sleep 1.1
back
rdiff-backup --api-version 201 list increments "$mirror" > "/srv/evenings-$1"
sleep "$2"
bsdtar -cf - -C "$mirror" --exclude rdiff-backup-data . | busybox nc -w 5 198.51.100.87 8730 | grep -q ok
