#!/bin/dash
# recovered.sh NUMBER SECONDS: notes that were agreed are committed on a branch, which is deleted by mistake, with what was staged beside. The branch is found by what the repository remembers
# (its reflog), what was staged among what hangs on nothing (fsck); both come back, are proved and pushed. The server says nothing at the first call.
set -e
cd "$HOME/notebook"
git switch -q -c "agreed-$1"
printf '%s\n' "# Agreed on day $1" '' '- nothing that was not made up' > "agreed-$1.md"
git add "agreed-$1.md"
git commit -q -m "Write down what was agreed on day $1"
printf '%s\n' '- and who said so' >> "agreed-$1.md"
git commit -q -a -m 'Say who'
git switch -q main
git branch -q -D "agreed-$1"
printf 'A sentence that is easily lost, number %s, made up.\n' "$1" > lost.md
git add lost.md
git reset -q --hard
[ ! -e lost.md ]
sleep "$2"
found=$(git reflog --format='%h %gs' | sed -n 's/ commit: Say who$//p' | head -n 1)
git branch "agreed-$1" "$found"
git merge -q --no-ff --no-edit "agreed-$1"
git fsck --no-progress --lost-found > /tmp/hangs
for object in .git/lost-found/other/*; do
  if grep -q 'easily lost' "$object"; then cp "$object" lost.md; fi
done
git add lost.md
git commit -q -m 'Keep what was lost'
rm -r .git/lost-found
[ "$(git log --format=%s "agreed-$1" -1)" = 'Say who' ]
git push -q git@git.example.com:notes.git main "agreed-$1" 2> /tmp/said-nothing || git push -q git@git.example.com:notes.git main "agreed-$1"
