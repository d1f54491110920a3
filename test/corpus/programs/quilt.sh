#!/bin/sh
# quilt.sh COUNT: a project is changed by patches: so many are written, sent round as files, taken off and put on again, one of them only
# at the second attempt, and one is applied without git.
set -e
cd "$HOME/tool"
for number in $(seq "$1"); do
  awk -v number="$number" 'NR == 2 { print "/* change " number " */" } { print }' one.c > one.c.new
  mv one.c.new one.c
  git commit -qam "Change $number"
done
git format-patch -q -o /tmp/patches "HEAD~$1"
git tag before
git reset -q --hard "HEAD~$1"
echo '/* in the way */' >> one.c
! git am -q /tmp/patches/0001-* 2> /dev/null
git am --abort 2> /dev/null || :
git checkout -q one.c
git am -q /tmp/patches/*.patch
git range-diff --no-color "HEAD~$1..before" "HEAD~$1..HEAD" > /tmp/ranges
git notes add -m 'Looked at.' HEAD
cp two.c /tmp/two.c
printf '/* said without git */\n' >> two.c
diff -u /tmp/two.c two.c > /tmp/two.patch || :
cp /tmp/two.c two.c
patch -s two.c /tmp/two.patch
make -s check
git commit -qam 'Say it'
git shortlog -s HEAD | awk '{ count += $1 } END { exit count < 2 }'
