#!/bin/sh
# abreast.sh NUMBER SECONDS: two changes of a tool are made side by side, each in a folder of its own, built and tested at the same time; one
# is taken back and then taken over after all, and both are pushed at once.
set -e
cd "$HOME/tool"
for change in quick careful; do
  git worktree add -q -b "$change-$1" "/tmp/$change" 2> /dev/null
done
(
  cd /tmp/quick
  perl -0pi -e 's/\A/\/* quick *\/\n/' one.c
  mkdir /tmp/built-quick
  make -s OUT=/tmp/built-quick check
  git commit -qam 'Be quick'
) &
(
  cd /tmp/careful
  sleep "$2"
  perl -0pi -e 's/\A/\/* careful *\/\n/' two.c
  cc -fsyntax-only -Wall -Wextra ./*.c
  mkdir /tmp/built-careful
  make -s OUT=/tmp/built-careful check
  git commit -qam 'Be careful'
) &
wait
cd /tmp/careful
git cherry-pick -x "quick-$1" > /tmp/picked
git revert --no-edit HEAD > /tmp/reverted
git cherry-pick HEAD~1 > /tmp/picked-again
size /tmp/built-*/sum > /tmp/sizes
git show-branch --sha1-name "quick-$1" "careful-$1" > /tmp/branches
git push -q git@git.example.com:tool.git "quick-$1" "careful-$1"
cd "$HOME/tool"
git worktree remove /tmp/quick
git worktree remove /tmp/careful
git worktree prune
