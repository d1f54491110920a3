#!/bin/sh
# remembered.sh NUMBER SECONDS: two developers changed the same line. The conflict is resolved and tested, the merge is taken back, and when it is done
# again git knows how; then the change is pushed.
set -e
cd "$HOME/tool"
git config rerere.enabled true
git checkout -q -b theirs
sed -i 's/return 2/return 1 + 1/' two.c
git commit -qam 'Say how two is made'
git checkout -q main
sed -i 's/return 2/return 4 - 2/' two.c
git commit -qam 'Say it otherwise'
! git merge -q theirs > /tmp/conflict 2>&1
git diff --name-only --diff-filter=U | grep -q -x two.c
sed -i '/^<<<<<<</,/^=======/d; /^>>>>>>>/d' two.c
mkdir -p /tmp/remembered
make -s OUT=/tmp/remembered check
git commit -qam 'Take theirs' 2> /tmp/recorded
sleep "$2"
git reset -q --hard HEAD~1
! git merge -q theirs > /tmp/again 2>&1
grep -q 'using previous resolution' /tmp/again
! grep -q '<<<<' two.c
make -s OUT=/tmp/remembered check
git commit -qam "Take theirs, number $1" 2>> /tmp/recorded
git rerere gc
git log --first-parent --format='%h %s' -3 > /tmp/log
git push -q git@git.example.com:tool.git "HEAD:refs/heads/two-$1"
