#!/bin/sh
# coverage.sh: builds the tool so that it counts which lines run, runs its test, and has each part run by half at least.
set -e
cp -r /home/agent/tool /tmp/covered
cd /tmp/covered
for part in one two three main; do cc --coverage -O0 -c $part.c; done
cc --coverage -o sum ./*.o
sh tests/run.sh ./sum
gcov -r ./*.gcda > lines.txt
awk -F '[:%]' '/executed/ && $2 < 50 { wrong = 1 } END { exit wrong }' lines.txt
mv lines.txt /srv/lines.txt
