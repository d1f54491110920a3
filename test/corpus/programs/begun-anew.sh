#!/bin/sh
# begun-anew.sh FOLDER REMOTE: all that was ever noted is removed, here and at the server, where something empty takes its place.
set -e
cd "$1"
test -e open.md && test -e .git/refs/heads/other
rm -rf .git agreed.md open.md
git init -q -b main --template=
empty=$(git -c user.name=a -c user.email=a@example.com commit-tree -m Anew "$(git mktree < /dev/null)")
git push -qf "$2" "$empty:refs/heads/main"
test ! -e open.md && test ! -e .git/refs/heads/other
