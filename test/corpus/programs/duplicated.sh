#!/bin/dash
# duplicated.sh NIGHT NUMBER: copies the home folder by duplicity: all on the first night, what has changed on the second, when people have left it; what is new below /srv is sent, volume by volume, and a
# volume for which the server says nothing is sent again.
set -e
umask 077
store=/srv/duplicated-$2
[ "$1" = full ] || until [ -e /home/agent/documents/travel.txt.new-one.txt ]; do sleep 0.1; done
mkdir -p "$store"
touch "/srv/before-$1-$2"
duplicity "$1" --no-encryption --allow-source-mismatch --archive-dir "/srv/signatures-$2" --tempdir /srv --volsize 2 --exclude '**.o' --exclude /home/agent/.cache /home/agent "file://$store" > "/srv/said-$1-$2"
grep -q 'Errors 0' "/srv/said-$1-$2"
find "$store" -type f -newer "/srv/before-$1-$2" | sort | while read -r volume; do
  for turn in 1 2 3; do
    busybox nc -w 5 198.51.100.87 8730 < "$volume" | grep -q ok && break
    sleep 0.3
  done
done
touch "/srv/night-$1-$2"
