#!/bin/dash
# manifold.sh NUMBER SECONDS: what three people agreed on apart is brought together in one commit with as many parents; then the notes are named, and the branches are pushed all or none
# (--atomic). Somebody had written the name of one of them wrongly.
set -e
cd "$HOME/notebook"
start=$(git rev-parse main)
for who in ada ben cleo; do
  git switch -q -c "of-$who" "$start"
  for each in 1 2 3; do printf -- '- %s agreed on point %s, made up\n' $who $each; done > "$who.md"
  git add "$who.md"
  git -c user.name=$who commit -q -m "Write down what $who agreed on"
done
git switch -q main
git merge -q of-ada of-bne of-cleo 2> "/tmp/wrong-$1" && exit 1
git merge -q --no-ff --no-edit of-ada of-ben of-cleo > "/tmp/merged-$1"
[ "$(git log -1 --format=%P | wc -w)" = 4 ]
git shortlog -sn HEAD > "/tmp/who-$1"
git tag -a -m "As agreed by three" "agreed-$1"
sleep "$2"
git push -q --atomic git@git.example.com:notes.git main "agreed-$1" || git push -q git@git.example.com:notes.git main "agreed-$1"
git branch -q -d of-ada of-ben of-cleo
