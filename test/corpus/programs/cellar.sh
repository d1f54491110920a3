#!/bin/dash
# cellar.sh NIGHT NUMBER: copies the home folder into a repository of restic's below /srv: first, on the first night, all of it; what has changed on the next, of
# which one attempt is ended early by somebody. What is older than the last is forgotten, it is looked at what there is, and what is new is sent.
set -e
umask 077
export RESTIC_REPOSITORY="/srv/cellar-$2" RESTIC_PASSWORD=made-up GOMAXPROCS=2
if [ "$1" = first ]; then
  restic init -q
  touch -d 2000-01-01 "/srv/sent-before-$2"
else
  printf 'Made up, on night %s.\n' "$2" > /srv/handed-in
  timeout -s INT 0.3 restic backup -q /home/agent 2> "/srv/ended-$2" || [ $? = 124 ]
fi
restic backup -q --host web-1 --tag nightly --exclude-caches --exclude='*.o' /home/agent
[ "$1" = first ] || restic forget -q --host web-1 --keep-last 1
restic ls -q latest /home/agent/documents > "/srv/looked-at-$2"
grep -q letter.txt "/srv/looked-at-$2"
bsdtar -cf - -C /srv --newer-mtime-than "/srv/sent-before-$2" "cellar-$2" | socat -t 9 - TCP:198.51.100.87:8730 | grep -q ok
touch "/srv/sent-before-$2"
