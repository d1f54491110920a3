#!/bin/sh
# spooler.sh put FILE FOLDER: what a file says is kept as the names of folders. spooler.sh give FOLDER HOST PORT: the names go to a peer.
set -e
if [ "$1" = put ]; then
  mkdir "$3"
  base64 -w 40 "$2" | tr / _ | cat -n | while read -r number line; do
    mkdir "$3/$number-$line"
  done
else
  test "$(ls "$2" | wc -l)" -gt 3
  ls -v "$2" | busybox nc "$3" "$4" | grep -q ok
fi
