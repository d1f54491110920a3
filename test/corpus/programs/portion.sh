#!/bin/dash
# portion.sh NUMBER SECONDS: of a notebook of many teams only the notes of one are fetched (a clone without what is large, of which some is looked at), written on and pushed; what the push
# needs of the others is fetched then.
set -e
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
team=team-$(($1 % 3))
git clone -q --filter=blob:limit=1k --sparse "file://$HOME/notebook" "/tmp/portion-$1"
cd "/tmp/portion-$1"
git sparse-checkout add "$team"
[ ! -e "team-$((($1 + 1) % 3))" ]
for each in 1 2 3; do printf -- '- point %s of week %s, made up\n' "$each" "$1" >> "$team/agreed.md"; done
git add "$team/agreed.md"
git commit -q -m "Agree on three points"
sleep "$2"
git push -q git@git.example.com:notes.git HEAD:refs/heads/main
