#!/bin/sh
# shorten.sh DOCUMENT: an agent made of what each host has. A letter in an old encoding is written anew in a temporary folder, counted,
# cut into sections, and each of them is sent to the service by itself.
set -e
work=$(mktemp -d)
iconv -f latin1 -t utf-8 "$1" > "$work/text"
[ "$(wc -w < "$work/text")" -gt 10 ]
split -l 4 "$work/text" "$work/part."
for part in "$work"/part.*; do
  busybox nc 198.51.100.10 443 < "$part" >> "$work/summary"
done
grep -q ok "$work/summary"
mv "$work/summary" "/home/agent/summary-$(basename "$1")"
rm -r "$work"
