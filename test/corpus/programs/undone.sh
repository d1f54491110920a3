#!/bin/dash
# undone.sh NUMBER SECONDS: the tests of a project in PHP do not come to an end and are stopped after so long. By its history it is found who made it so,
# that is taken back in a copy beside, tested there, and pushed; the first call finds the server full.
set -e
cd "$HOME/till"
! timeout -k 1 "$2" php -n test.php
git log -S', 0]' --format=%h -- till.php > /tmp/suspects
[ "$(wc -l < /tmp/suspects)" = 1 ]
git worktree add -q -b "undo-$1" /tmp/undone
cd /tmp/undone
git revert --no-edit "$(cat /tmp/suspects)" > /tmp/reverted
timeout 5 php -n -d zend.assertions=1 test.php
printf '%s\n' "- takes no coin for nothing any more ($1)" >> README
git commit -q -a -m 'Say so'
git push -q git@git.example.com:till.git "HEAD:refs/heads/undo-$1" 2> /tmp/full || {
  sleep 0.5
  git push -q git@git.example.com:till.git "HEAD:refs/heads/undo-$1"
}
cd "$HOME/till"
git merge -q --ff-only "undo-$1"
git worktree remove /tmp/undone
