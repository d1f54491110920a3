#!/bin/sh
# vendored.sh COUNT SECONDS: fetches so many packages from the registry, checks that they come twice as the same, keeps them packed beside the
# project, and notes their sums in it.
set -e
cd "$HOME/tool"
mkdir vendor
for at in $(seq "$1"); do
  for time in first second; do
    printf 'GET /part-%s.tar\nAccept: application/x-tar\n' "$at" | socat -t 5 - TCP:198.51.100.20:443,retry=2,interval=1 > "/tmp/$time"
  done
  cmp /tmp/first /tmp/second
  xz -c /tmp/first > "vendor/part-$at.tar.xz"
  sleep "$2"
done
(cd vendor && sha256sum part-*.xz) > packages.sums
(cd vendor && sha256sum --quiet --strict -c ../packages.sums)
printf 'vendor\n' > .gitignore
git add .gitignore packages.sums
git commit -qm 'Note what is used'
