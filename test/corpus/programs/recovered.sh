#!/bin/dash
# recovered.sh NUMBER SECONDS: notes that were agreed are committed on a branch, which is deleted by mistake, with what was staged beside. The branch is found by what the repository remembers
# (its reflog), what was staged among what hangs on nothing (fsck); both come back and are pushed. The server says nothing at the first call.
set -e
cd "$HOME/notebook"
git switch -q -c "agreed-$1"
printf '%s\n' "# Agreed on day $1" '' '- nothing that was not made up' >> agreed.md
git commit -q -a -m "Write down what was agreed on day $1"
git switch -q main
git branch -q -D "agreed-$1"
printf 'A sentence that is easily lost, number %s, made up.\n' "$1" > lost.md
git add lost.md
git reset -q --hard
[ ! -e lost.md ]
sleep "$2"
git reflog --format='%h %gs' > /tmp/remembered
git merge -q --ff-only "$(sed -n 's/ commit: Write down what was agreed.*//p' /tmp/remembered | head -n 1)"
git fsck --no-progress --lost-found > /tmp/hangs
for object in .git/lost-found/other/*; do
  if grep -q 'easily lost' "$object"; then cp "$object" lost.md; fi
done
git add lost.md
git commit -q -m 'Keep what was lost'
rm -r .git/lost-found
git push -q git@git.example.com:notes.git main 2> /tmp/said-nothing || git push -q git@git.example.com:notes.git main
