#!/bin/sh
# minutes.sh HOW NUMBER SECONDS: notes that were agreed are committed and pushed.
#
# typed: by ed, some of what was changed now and the rest later, under the name of who wrote it · teams: what the teams agreed comes as a file
# of branches, is checked, and comes together in one commit · shallow: a copy with the last commit only and one folder of the notes
set -e
how=$1 number=$2 seconds=$3
notebook=$HOME/notebook

case $how in
  typed)
    cd "$notebook"
    printf '%s\n' '$a' "- agreed on day $number" '- and looked at by all' . '1s/Agreed/What was agreed/' w q | ed -s agreed.md
    printf '%s\n' '/^$/a' "- left open on day $number" . w q | ed -s open.md
    printf 'y\nq\n' | git add -p agreed.md > /tmp/asked
    git commit -q --author='Somebody <somebody@example.com>' -F - < /srv/shared/agenda.txt
    sleep "$seconds"
    git add -u
    git commit -q --amend --no-edit --date=2026-01-05T10:00:00Z
    git diff --word-diff=porcelain HEAD~1 > /tmp/words
    git push -q git@git.example.com:notes.git HEAD:main
    ;;
  teams)
    cd "$notebook"
    git bundle verify -q /srv/teams.bundle
    git fetch -q /srv/teams.bundle 'refs/heads/team-*:refs/remotes/teams/*'
    git merge -q --no-edit $(git for-each-ref --format='%(refname)' refs/remotes/teams) > /tmp/merged
    git log --graph --format='%h %an %s' -9 > /tmp/graph
    sleep "$seconds"
    git fsck --no-progress --strict
    git push -q git@git.example.com:notes.git main 'refs/remotes/teams/*:refs/heads/*'
    ;;
  shallow)
    git clone -q --depth 1 --no-local --sparse "file://$notebook" "/srv/notes-$number" 2> /tmp/cloned
    cd "/srv/notes-$number"
    git config user.name a
    git config user.email a@example.com
    mkdir minutes
    for day in 1 2 3; do
      pr -t -o 2 /srv/shared/agenda.txt | nl -s '. ' > "minutes/$day.md"
    done
    git add --sparse minutes
    git commit -qm "Keep the minutes of $number"
    git mv --sparse minutes/3.md minutes/last.md
    git commit -qm 'Name the last one'
    git push -q git@git.example.com:notes.git HEAD:refs/heads/minutes 2> /dev/null || {
      sleep "$seconds"
      git push -q git@git.example.com:notes.git HEAD:refs/heads/minutes
    }
    ;;
  *) exit 2 ;;
esac
