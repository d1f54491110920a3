#!/bin/sh
# answers.sh SECONDS: each mail that nobody has seen gets a short answer of its own, by a connection of its own, and is filed as answered.
# One that cannot be handed over is tried a second time.
set -e
cd /home/agent/Maildir
mkdir -p .Answered/cur
handed_over() {
  {
    printf 'EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<%s>\r\nDATA\r\n' "$2"
    printf 'Subject: Re: %s\r\n\r\nWe look after it.\r\n' "$3"
    tail -n +5 "$1" | sed 's/^/> /'
    printf '.\r\nQUIT\r\n'
  } | timeout 5 busybox nc 198.51.100.25 587 | grep -q ok
}
for mail in new/*; do
  from=$(sed -n 's/^From: //p' "$mail")
  subject=$(sed -n 's/^Subject: //p' "$mail")
  handed_over "$mail" "$from" "$subject" || handed_over "$mail" "$from" "$subject"
  mv "$mail" ".Answered/cur/$(basename "$mail"):2,RS"
  sleep "$1"
done
