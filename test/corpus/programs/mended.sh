#!/bin/dash
# mended.sh NUMBER SECONDS: the computer went out while notes were committed: the index is empty, and somebody seems to hold it still. That is waited for in
# vain and put away, the index is read anew, what was typed is there still, and is committed, proved and pushed; the server has no place for a caller at first.
set -e
cd "$HOME/notebook"
for turn in 1 2; do
  ! git add -A 2> "/tmp/held-$turn" || exit 3
  sleep "$2"
done
grep -q index.lock /tmp/held-2
[ ! -s .git/index ]
mv .git/index.lock "/tmp/lock-$1"
rm .git/index
git reset -q
git fsck --no-dangling --no-progress > /tmp/whole
git status -s > /tmp/changed
grep -q minutes.md /tmp/changed
git add -A
git commit -q -F .git/COMMIT_EDITMSG
printf '%s\n' "- day $1" '- made up' | paste -s -d ' ' >> minutes.md
git commit -q -a -m "Minutes, number $1"
for turn in 1 2 3; do
  if git push -q --force-with-lease=main: git@git.example.com:notes.git main 2> "/tmp/pushed-$turn"; then exit 0; fi
  sleep "$2"
done
exit 9
