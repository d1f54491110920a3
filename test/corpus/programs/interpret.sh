#!/bin/bash
# interpret.sh DOCUMENT HOST PORT: has a document translated line by line; each line waits for its translation, which goes into a new file.
set -euC
exec 3<> "/dev/tcp/$2/$3" 4> "$1.pl"
while IFS= read -r line; do
  printf '%s\n' "$line" >&3
  IFS= read -r -t 10 translated <&3
  printf '%s\n' "$translated" >&4
done < "$1"
