#!/bin/dash
# renamed.sh NUMBER SECONDS: in a project in Lisp a function gets another name wherever it is called. One place makes the name of two words, and is found by the tests only; what changed is looked
# at by words, committed in two parts, and pushed.
set -e
cd "$HOME/spindle"
tested() { timeout 30 sbcl --script tests.lisp > "/tmp/tested-$1" 2>&1; }
tested before
git grep -lw 'spin' -- '*.lisp' | xargs sed -i 's/\bspin\b/twist/g'
tested renamed && exit 1
grep -qi 'undefined' /tmp/tested-renamed
sed -i 's/"SP" "IN"/"TW" "IST"/' loom.lisp
tested after
git diff --word-diff=porcelain | grep -c '^+twist' > "/tmp/words-$1"
git add spindle.lisp tests.lisp
git commit -q -m 'Twist instead of spinning'
git commit -q -a -m "Call it by its name, number $1"
git log --oneline -2 > "/tmp/log-$1"
sleep "$2"
git push -q git@git.example.com:spindle.git main
