#!/bin/sh
# folders.sh COUNT SECONDS NUMBER: a backup that packs each folder of a home by itself, COUNT at a time, and hands the archives over when all are
# whole. One that the server does not take is tried again later.
set -e
cd /home/agent
mkdir /srv/today
find . -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | xargs -P "$1" -I NAME sh -c 'tar -cf - "NAME" | lz4 -q > "/srv/today/NAME.tar.lz4"'
for archive in /srv/today/*.lz4 /srv/today/.*.lz4; do
  lz4 -t -q "$archive"
  busybox nc 198.51.100.87 8730 < "$archive" | grep -q ok || (sleep "$2" && busybox nc 198.51.100.87 8730 < "$archive" | grep -q ok)
done
chmod -R go-rwx /srv/today
mv /srv/today "/srv/of-$3"
