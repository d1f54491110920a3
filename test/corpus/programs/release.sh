#!/bin/sh
# release.sh NUMBER: brings one of two changes to the branch of a release, in a second folder that git keeps for it, tests it there and
# pushes it with a tag.
set -e
cd /home/agent/tool
git branch release
for part in two three; do
  sed -i "1a /* $part, said better $1 */" $part.c
  git commit -qam "Say $part better"
done
git worktree add -q /tmp/release release
cd /tmp/release
git cherry-pick main~1 > /tmp/picked
mkdir /tmp/built
make -s OUT=/tmp/built check
git tag -a -m "Release 1.$1" "v1.$1"
git push -q git@git.example.com:tool.git release "v1.$1"
cd /home/agent/tool
git worktree remove /tmp/release
git branch -vv > /tmp/branches
