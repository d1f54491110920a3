#!/bin/sh
# deliveries.sh SECONDS: answers all new mails at once by one mail to who asks, puts them to those that were seen, and says in a list how many.
set -e
cd "$HOME/Maildir"
mkdir -p cur
awk -F ': ' '/^From: / { from = $2 } /^Subject: / { print "- " $2 ", asked by " from }' new/* | sort -u > /tmp/list
sleep "$1"
{
  printf 'EHLO web-1\nMAIL FROM:<agent@example.com>\nRCPT TO:<deliveries@example.com>\nDATA\nSubject: Re: Delivery\n\nAll of it was made up:\n'
  cat /tmp/list
  printf '.\nQUIT\n'
} | sed 's/$/\r/' | socat -t 5 - TCP:198.51.100.25:587,retry=2,interval=1 | grep -q ok
for mail in new/*; do
  mv -n "$mail" "cur/${mail#new/}:2,RS"
done
printf '%s %d\n' "$(date +%F)" "$(wc -l < /tmp/list)" >> "$HOME/Mail/answered-by-day"
rm /tmp/list
