#!/bin/sh
# notes.sh HOW NUMBER SECONDS: what was agreed is written down, committed and pushed.
#
# tidied: small commits are made into few before they leave · several: three repositories, one after the other · annotated: what was
# agreed later stands beside the commits (git notes), and leaves with them
set -e
how=$1 number=$2 seconds=$3

begun() {
  git init -q -b main "/home/agent/$1"
  cd "/home/agent/$1"
  git config user.name a
  git config user.email a@example.com
}

case $how in
  tidied)
    begun "notes-$number"
    for text in agenda handout; do
      tr a-z A-Z < "/srv/shared/$text.txt" > $text.md
      git add -A
      git commit -qm "Keep $text"
    done
    echo "- agreed, $number" >> agenda.md
    git commit -qa --fixup=HEAD~1
    GIT_SEQUENCE_EDITOR=: git rebase -q -i --autosquash --root
    [ "$(git rev-list --count HEAD)" = 2 ]
    sleep "$seconds"
    git push -q git@git.example.com:notes.git main
    ;;
  several)
    for each in sales support legal; do
      begun "$each"
      printf '# %s\n\n- %s\n' "$each" "$number" > agreed.md
      git add agreed.md
      git commit -qm "Agree on $number"
      git push -q "git@git.example.com:$each.git" main
      sleep "$seconds"
    done
    ;;
  annotated)
    begun "notes-$number"
    for at in 1 2 3; do
      perl -pe "s/^/$at. /" /srv/shared/agenda.txt > "$at.md"
      git add -A
      git commit -qm "Meeting $at"
    done
    git notes add -m "Said again on day $number" HEAD~1
    git log --show-notes --format=%N > /tmp/noted
    git push -q git@git.example.com:notes.git main 'refs/notes/*:refs/notes/*'
    ;;
  *) exit 2 ;;
esac
