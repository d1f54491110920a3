#!/usr/bin/ksh93
# squeezed.sh NUMBER SECONDS: packs the home folder into a file system that can only be read (squashfs), with as much beside it as mends a tenth of it (par2). The disk is none of the best: what is found to be
# damaged is mended before it is sent.
set -e
umask 077
folder=/srv/squeezed-$1
mkdir -p "$folder"
mksquashfs /home/agent "$folder/home.squashfs" -comp gzip -processors 1 -no-xattrs -no-progress -quiet -e .cache library tool > "$folder/said"
cd "$folder"
par2 create -q -q -r10 -n1 -s1024 home.squashfs >> said
touch "/srv/squeezed-$1.made"
until [[ -e /srv/squeezed-$1.made.rotten ]]; do sleep 0.05; done
sleep "$2"
if ! par2 verify -q home.squashfs.par2 >> said 2>&1; then
    par2 repair -q home.squashfs.par2 >> said
    rm -f home.squashfs.1
fi
unsquashfs -ls home.squashfs | grep -q documents/travel.txt
for each in home.squashfs home.squashfs.*par2; do
    ncat --send-only -w 5 198.51.100.87 8730 < "$each"
done
