#!/bin/dash
# crated.sh NUMBER LEVEL PIECE: packs the home folder by 7-Zip into volumes of a size that the other side takes, proves them, and sends each with its sum; a folder for them is not there, and a file of the list
# that somebody has removed meanwhile is said and left out.
set -e
umask 077
folder=/srv/crates-$1
mkdir -p "$folder"
cd /home/agent
find . -type f ! -path './.cache/*' -printf '%P\n' | sort > "$folder/list"
echo documents/removed-meanwhile.txt >> "$folder/list"
7z a -bd -t7z -mx="$2" -mmt=1 -v"$3"00b -scsUTF-8 "$folder/home.7z" "@$folder/list" > "$folder/said" 2>&1 || [ $? = 1 ]
grep -q 'WARNING' "$folder/said"
7z t -bd "$folder/home.7z.001" > "$folder/proved"
grep -q 'Everything is Ok' "$folder/proved"
(cd "$folder" && sha256sum home.7z.*) > "$folder/sums"
for volume in "$folder"/home.7z.* "$folder/sums"; do
  timeout 20 sh -c 'exec socat -t 5 -u "$1" TCP:198.51.100.87:8730' - "$volume"
done
