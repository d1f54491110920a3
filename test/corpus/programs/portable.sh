#!/bin/sh
# portable.sh NUMBER SECONDS: changes a small program for shells as it was asked for, has its tests run by each shell that there is until all agree, and
# pushes the change. One shell says that something is not for it.
set -e
cd "$HOME/slug"
shells='dash bash mksh busybox zsh'
run() { if [ "$1" = busybox ]; then set -- busybox sh "$2"; fi; timeout 9 "$@"; }
tested() {
  for shell in $shells; do
    run $shell ./test.sh > "/tmp/said-$shell" 2>&1 || return 1
  done
}
tested
cat > slug.sh <<'PROGRAM'
slug() { local text=${1,,}; text=${text// /-}; printf '%s\n' "${text%-}"; }
PROGRAM
echo '[ "$(slug "Made Up ")" = made-up ]' >> test.sh
for shell in bash dash; do $shell -n slug.sh 2> /tmp/checked || :; done
! tested
cat > slug.sh <<'PROGRAM'
slug() { printf '%s' "$1" | tr 'A-Z ' 'a-z-' | sed 's/-$//'; }
PROGRAM
tested
git add -u
git commit -qm 'Leave no dash at the end'
sleep "$2"
git -c core.commentChar=';' commit -q --amend -m "Leave no dash at the end

It was asked for on day $1."
git format-patch -q -1 --stdout > /tmp/change.patch
git apply --check -R /tmp/change.patch
git push -q git@git.example.com:slug.git "HEAD:refs/heads/slug-$1"
