#!/bin/sh
# plumbed.sh NUMBER SECONDS: commits what was agreed without a folder of work, out of the objects alone, and pushes it.
set -e
git init -q --bare "/srv/agreed-$1.git"
cd "/srv/agreed-$1.git"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.com
agenda=$(git hash-object -w /srv/shared/agenda.txt)
point=$(printf -- '- agreed, day %s\n' "$1" | git hash-object -w --stdin)
tree=$(printf '100644 blob %s\tagenda.txt\n100644 blob %s\tpoint.md\n' "$agenda" "$point" | git mktree)
commit=$(git commit-tree -m "Agree on day $1" "$tree")
git update-ref refs/heads/main "$commit"
[ "$(git cat-file -p main:point.md)" = "- agreed, day $1" ]
sleep "$2"
git push -q git@git.example.com:agreed.git main
