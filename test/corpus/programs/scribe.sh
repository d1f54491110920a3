#!/bin/sh
# scribe.sh NUMBER SECONDS: notes that were agreed are written in vim, which keeps what was typed beside until it is saved; once somebody leaves it without
# a message, so that nothing is committed. The message is typed in vim as well, two commits become one by a list that vim changes, and they are pushed.
set -e
cd "$HOME/notebook"
vim=$(command -v vim.basic || command -v vim)
typed() {
  file=$1
  shift
  for each; do set -- "$@" -c "$each"; shift; done
  "$vim" -u NONE -i NONE -N -es --cmd 'set backup backupdir=. backupext=.old' "$@" -c 'wq' "$file"
}
printf '*.old\n.*.sw?\n' >> .git/info/exclude
typed agreed.md "call append(line('\$'), ['- agreed on day $1', '- and read by all'])" '%s/^# Agreed$/# What was agreed/'
export EDITOR="$vim -u NONE -i NONE -N -es"
! GIT_EDITOR="$EDITOR -c cq" git commit -q -a > /tmp/left 2>&1
GIT_EDITOR="$EDITOR -c 'call setline(1, \"Keep what was agreed, number $1\")' -c wq" git commit -q -a
sleep "$2"
typed open.md '1' "normal! oLeft open on day $1, made up." 'undo' 'redo'
git commit -q -a -m 'fixup: what is open'
GIT_SEQUENCE_EDITOR="$EDITOR -c '2s/^pick/fixup/' -c wq" git rebase -q -i HEAD~2 2> /tmp/rebased
[ "$(git log -1 --format=%s)" = "Keep what was agreed, number $1" ]
rm -f ./*.old
git push -q git@git.example.com:notes.git HEAD:main
