#!/usr/bin/mksh
# queued.sh NUMBER: commits what was agreed to a notebook that somebody else is at work in: git is asked again until they are done. The first push
# breaks off as well, and is begun again from a packed repository.
set -e
cd "$HOME/notebook"
print -- "- agreed on day $1" >> agreed.md
cp /srv/shared/handout.txt "handout-$1.txt"
integer attempts=0
until git add -A 2> /tmp/in-the-way && git commit -qm "Agree on day $1" 2>> /tmp/in-the-way; do
  ((++attempts < 60))
  sleep 0.2
done
git blame -s agreed.md > /tmp/blamed
until git push -q --signed=if-asked git@git.example.com:notes.git "HEAD:refs/heads/day-$1" 2> /tmp/broken-off; do
  ((++attempts < 70))
  git repack -q -a -d
  sleep 0.3
done
git prune-packed -q
