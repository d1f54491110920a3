#!/bin/sh
# listing.sh NAME LEVEL: copies the home folder by libarchive. First it lists what there is with its sums, then it packs that; whatever the copy holds
# otherwise than it was listed would be told. What is sent is the copy and its list; the copy stays, older lists go.
set -e
umask 077
cd /srv
mkdir -p lists
for round in 1 2; do
  bsdtar -cf "lists/$1-$round" --format=mtree --options='!all,type,mode,size,sha256' -C /home agent
done
cmp "lists/$1-1" "lists/$1-2"
bsdtar -cf "$1.new" --format=pax --zstd --options="zstd:compression-level=$2" -C /home agent
mkdir checked
bsdtar -xpf "$1.new" -C checked
bsdtar -cf lists/checked --format=mtree --options='!all,type,mode,size,sha256' -C checked agent
[ "$(grep -v '^#' lists/checked | sort | sha256sum)" = "$(grep -v '^#' "lists/$1-1" | sort | sha256sum)" ]
mv "$1.new" "$1.tar.zst"
bsdtar -cf "$1.both" --format=cpio "$1.tar.zst" "lists/$1-2"
socat -t 9 - TCP:198.51.100.87:8730 < "$1.both" | grep -q ok
rm -r checked "$1.both" lists/checked "lists/$1-1"
