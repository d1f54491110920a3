#!/bin/dash
# reviewed.sh NUMBER SECONDS: a change of two commits is pushed, somebody has things to say to it, and it is made anew: what was said goes into the commits that it is about (autosquash),
# each is built and tested on the way, both states are compared (range-diff), and the branch is pushed in place of the first.
set -e
cd "$HOME/tool"
remote=git@git.example.com:tool.git
git switch -q -c "review-$1"
for part in one three; do
  printf '// Part %s, as number %s has it.\n' "$part" "$1" >> "$part.c"
  git commit -q -a -m "Say of part $part whose it is"
done
git push -q "$remote" "review-$1"
mkdir -p /tmp/reviewed
first=$(git rev-parse HEAD)
sleep "$2"
for part in three one; do
  sed -i "s/^\/\/ Part $part, as number/\/\/ Part $part, as run/" "$part.c"
  git commit -q -a --fixup ":/Say of part $part"
done
GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash --exec "make -s OUT=/tmp/reviewed check > /tmp/checked" main > /tmp/rebased 2>&1
[ "$(git rev-list --count main..HEAD)" = 2 ]
git range-diff --no-color "main..$first" main..HEAD > /tmp/compared
grep -q ' ! 2: ' /tmp/compared
git diff --check main
git shortlog -s main..HEAD > /tmp/who
git push -q --force "$remote" "review-$1"
