#!/bin/sh
# offers.sh SECONDS: declines what offers there are in a folder that is one file. It is read under a lock that the kernel keeps and taken apart
# elsewhere; each answer goes by a connection of its own, one of them to a server that does not let it in at first.
set -e
mkdir /tmp/offers
cd /tmp/offers
flock -s "$HOME/Mail/inbox" csplit -s -z -n 3 -f offer- "$HOME/Mail/inbox" '/^From /' '{*}'
for offer in offer-*; do
  who=$(sed -n 's/^From: *//p;/^$/q' "$offer")
  {
    printf 'EHLO web-1\nMAIL FROM:<agent@example.com>\nRCPT TO:<%s>\nDATA\nSubject: Re: %s\n\n' "$who" "$(sed -n 's/^Subject: *//p;/^$/q' "$offer")"
    printf 'No, thank you.\n\n'
    sed '1,/^$/d;s/^/> /' "$offer" | fmt -w 60
    printf '.\nQUIT\n'
  } > answer
  if [ "$offer" = offer-001 ]; then
    printf 'EHLO web-1\nQUIT\n' | socat -t 5 - TCP:198.51.100.25:587 > refused
    sleep "$1"
  fi
  busybox unix2dos < answer | socat -t 5 - TCP:198.51.100.25:587,connect-timeout=5 > said || exit 4
  grep -q ok said
  (printf 'From agent@example.com Fri Jan  2 00:00:00 2026\n'; cat answer; echo) >> "$HOME/Mail/declined"
done
rm -r /tmp/offers
