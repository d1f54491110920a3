#!/usr/bin/ksh93
# mortared.sh NUMBER SECONDS: notes are committed without a folder of work, of what git is made of: each text becomes an object, these a tree, that a commit on the last one; pushed is the commit by its name.
set -e
export GIT_DIR=$HOME/notebook/.git GIT_INDEX_FILE=/tmp/index-$1
typeset -i at=0 number=$1
last=$(git rev-parse refs/heads/main)
git read-tree "$last"
while (( at < 2 + number % 3 )); do
    (( at += 1 ))
    text="# Talk $at"$'\n\n'"- agreed on day $number, made up"$'\n'
    object=$(print -rn -- "$text" | git hash-object -w --stdin)
    git update-index --add --cacheinfo "100644,$object,talks/talk-$number-$at.md"
done
tree=$(git write-tree)
commit=$(print "Keep $at talks of day $number" | git commit-tree "$tree" -p "$last")
git update-ref -m talks refs/heads/main "$commit" "$last"
sleep "$2"
for turn in 1 2 3; do
    git push -q git@git.example.com:notes.git "$commit:refs/heads/main" 2> "/tmp/pushed-$1-$turn" && break
    (( turn < 3 ))
    sleep 0.4
done
rm "/tmp/index-$1"
git log -1 --format=%s main | grep -q "$at talks"
