#!/bin/sh
# find-fault.sh COUNT: somebody broke the tool some commits ago; git finds out which one it was, by making and testing it each time.
set -e
cd /home/agent/tool
mkdir /tmp/bisected
for at in $(seq 1 "$1"); do
  if [ "$at" = "$1" ]; then sed -i 's/return 2/return 5/' two.c; else echo "// $at" >> main.c; fi
  git commit -qam "Change $at"
done
git tag broken
echo "// later" >> main.c
git commit -qam Later
git bisect start HEAD "HEAD~$(($1 + 1))" >> /tmp/bisected/log
git bisect run sh -c 'make -s OUT=/tmp/bisected check 2> /tmp/bisected/said' >> /tmp/bisected/log
[ "$(git rev-parse refs/bisect/bad)" = "$(git rev-parse broken)" ]
git bisect reset 2>> /tmp/bisected/log
git revert --no-edit broken > /tmp/bisected/reverted
make -s OUT=/tmp/bisected check
rm -r /tmp/bisected
