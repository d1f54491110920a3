#!/bin/dash
# cellar.sh NIGHT NUMBER: copies the home folder into a repository of restic's below /srv: first, on the first night, all of it; what has changed on the next, of
# which one attempt is ended early by somebody. What is older than the last is forgotten, the repository is proved, and what is new in it is sent.
set -e
umask 077
export RESTIC_REPOSITORY="/srv/cellar-$2" RESTIC_PASSWORD=made-up GOMAXPROCS=2
if [ "$1" = first ]; then
  restic init -q
  restic backup -q --host web-1 --tag nightly --exclude-caches --exclude='*.o' /home/agent
  touch "/srv/sent-before-$2"
else
  printf 'Made up, on night %s.\n' "$2" > /srv/handed-in
  timeout -s INT 0.3 restic backup -q /home/agent 2> "/srv/ended-$2" || [ $? = 124 ]
  restic backup -q --host web-1 --tag nightly --exclude-caches --exclude='*.o' /home/agent
  restic forget -q --host web-1 --keep-last 1 --prune
  restic check -q > "/srv/checked-$2"
  [ "$(restic snapshots --json | jq length)" = 1 ]
fi
find "$RESTIC_REPOSITORY" -type f -newer "/srv/sent-before-$2" -print0 2> /dev/null > "/srv/list-$2"
[ "$1" != first ] || find "$RESTIC_REPOSITORY" -type f -print0 > "/srv/list-$2"
bsdtar -P -cf - --null -T "/srv/list-$2" | socat -t 9 - TCP:198.51.100.87:8730 | grep -q ok
touch "/srv/sent-before-$2"
