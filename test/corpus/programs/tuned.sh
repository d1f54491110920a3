#!/bin/sh
# tuned.sh WHERE NUMBER: builds the tool for how it is used: a build that counts is run, and the one after it is made by what it counted; what is needed to find
# faults is kept apart. A link fails first, as there is too little room for what it makes.
set -e
mkdir "$1"
cd "$HOME/tool"
cc -O2 -fprofile-generate -fprofile-update=atomic -o "$1/counting" main.c one.c two.c three.c
for each in 1 2 3; do GCOV_PREFIX="$1/counts" "$1/counting" > "$1/said-$each"; done
mkdir "$1/objects"
for part in main one two three; do
  cc -g -O2 -fprofile-use="$1/counts" -Wno-missing-profile -c -o "$1/objects/$part.o" "$part.c"
done
! (ulimit -f 8 && trap '' XFSZ && cc -g -o "$1/sum" "$1"/objects/*.o) 2> "$1/no-room"
rm -f "$1/sum"
cc -g -Wl,--build-id=sha1 -Wl,-Map="$1/map" -o "$1/sum" "$1"/objects/*.o
objcopy --only-keep-debug "$1/sum" "$1/sum.debug"
strip -g "$1/sum"
(cd "$1" && objcopy --add-gnu-debuglink=sum.debug sum)
readelf -n "$1/sum" > "$1/notes"
sh tests/run.sh "$1/sum"
[ "$("$1/sum")" = "$(cat "$1/said-1")" ]
size "$1"/objects/*.o > "$1/sizes-$2"
