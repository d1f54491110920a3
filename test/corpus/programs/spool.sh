#!/bin/sh
# spool.sh NUMBER SECONDS: answers one mail of the spool that is one file for all; the number says which of them.
set -e
awk -v wanted="$1" '/^From / { at++ } at == wanted' /var/mail/agent > /tmp/mail
[ -s /tmp/mail ]
sleep "$2"
{
  printf 'EHLO web-1.example.com\nMAIL FROM:<agent@example.com>\nRCPT TO:<somebody@example.com>\nDATA\n'
  perl -ne 'print "> $_" if !(1 .. /^$/)' /tmp/mail
  printf '.\nQUIT\n'
} | perl -pe 's/\n/\r\n/' > /tmp/answer
busybox nc 198.51.100.25 587 < /tmp/answer > /tmp/said
grep -q ok /tmp/said
mkdir -p /home/agent/Mail
cat /tmp/answer >> /home/agent/Mail/sent
rm /tmp/mail /tmp/answer /tmp/said
