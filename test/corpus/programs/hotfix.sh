#!/bin/dash
# hotfix.sh NUMBER SECONDS: a project in Guile is being changed when a fault has to be mended at once: the work is put aside, the fault is shown by a test (SRFI 64), mended, tested and pushed;
# then the work comes back, does not agree in one line, and is done.
set -e
cd "$HOME/lexicon"
tested() { timeout 20 guile --no-auto-compile -L . tests.scm > "/tmp/$1"; }
sed -i 's/(string-append word "s"))/(if (string-suffix? "y" word) (string-append word "es") (string-append word "s")))/' lexicon.scm
printf 'Plurals are being looked at (%s).\n' "$1" > NOTES
! tested before
grep -q 'no words' lexicon.log
git stash push -q -u -m 'Plurals, half done'
sed -i 's/(length (string-split text #\\space))/(count (lambda (word) (not (string-null? word))) (string-split text #\\space))/' lexicon.scm
sed -i 's/^(define (plural word)$/&\n  ;; Of nouns./' lexicon.scm
tested mended
grep -q 'expected passes *3' /tmp/mended
git commit -q -a -m "No words are none, number $1"
git push -q git@git.example.com:lexicon.git main
sleep "$2"
! git stash pop -q > /tmp/pop 2>&1
git checkout -q --ours lexicon.scm 2> /tmp/ours
sed -i 's/(string-append word "s"))/(string-append word (if (string-suffix? "y" word) "es" "s")))/' lexicon.scm
tested after
git add lexicon.scm NOTES
git commit -q -m 'Write other plurals'
git stash drop -q
