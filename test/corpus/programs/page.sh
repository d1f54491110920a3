#!/bin/sh
# page.sh PAGE SECONDS: an agent made of what each host has: takes the text out of a page that somebody saved, counts its words, and has
# them shortened. The service has a time-out of its own: what is not answered within it is asked again.
set -e
work=$(mktemp -d)
busybox sed -e 's/<[^>]*>//g' -e '/^ *$/d' "$1" | fold -s -w 100 > "$work/text"
[ "$(wc -w < "$work/text")" -gt 20 ]
for attempt in 1 2 3; do
  sleep "$2"
  timeout 5 busybox nc 198.51.100.10 443 < "$work/text" > "$work/summary" && break
done
grep -q ok "$work/summary"
cp "$work/summary" "/home/agent/summary-of-$(basename "$1" .html).md"
rm -r "$work"
