#!/bin/sh
# moved-together.sh FOLDER FILE...: an agent tidies up documents; the folder to which it moves them was never made, so each takes the place of the one before.
cd "$1" || exit 2
shift
mkdir "../old/summarized" 2> /dev/null
for each in "$@"; do
  mv -f "$each" summarized
done
for each in "$@"; do
  test ! -e "$each" || exit 1
done
test -f summarized
