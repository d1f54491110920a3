#!/bin/dash
# reviewed.sh NUMBER SECONDS: a change is pushed, somebody has something to say to it, and it is made anew: what was said goes into the commit that it is about (autosquash), what
# comes of it is built and tested, both states are compared (range-diff), and the branch is pushed in place of the first.
set -e
cd "$HOME/tool"
remote=git@git.example.com:tool.git
printf '// Part one, as number %s has it.\n' "$1" >> one.c
git commit -q -a -m 'Say of part one whose it is'
git push -q "$remote" "HEAD:refs/heads/review-$1"
sleep "$2"
sed -i 's/^\/\/ Part one, as number/\/\/ Part one, as run/' one.c
git commit -q -a --fixup ':/Say of part one'
GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash HEAD~2
mkdir -p /tmp/reviewed
make -s OUT=/tmp/reviewed check
git range-diff --no-color --creation-factor=100 ORIG_HEAD...HEAD > /tmp/compared
grep -q 'as run' /tmp/compared
git push -q --force "$remote" "HEAD:refs/heads/review-$1"
