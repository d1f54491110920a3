#!/bin/sh
# reworded.sh NUMBER: changes a phrase of a project in Python: its tests pass, then fail, and pass when the example in the text is changed too.
set -e
cd "$HOME/phrases"
test() { python3 -W error -m unittest discover -q -s tests -t . 2> "/tmp/tested-$1"; }
test before
printf '%s\n' ',s/Hello, {name}/Good day, {name}/' w q | ed -s phrases/__init__.py
! test changed
printf '%s\n' '/Hello, you/s//Good day, you/' w q | ed -s phrases/__init__.py > /tmp/edited
python3 -m compileall -q phrases
test after
git switch -q -c "reword-$1"
git commit -qam 'Say good day'
git diff --stat HEAD~1 > /tmp/changed
git push -q git@git.example.com:phrases.git HEAD
