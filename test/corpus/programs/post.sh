#!/bin/sh
# post.sh NUMBER: an agent made of what each host has: under a lock, awk takes the last mail of a folder that is one file; the answer
# quotes it, goes to the mail server, and is added to the folder of what was sent.
set -e
cd /home/agent/Mail
(set -C && : > inbox.lock)
awk '/^From / { mail = "" } { mail = mail $0 "\n" } END { printf "%s", mail }' inbox > "/tmp/mail-$1"
rm inbox.lock
{
  printf 'EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n'
  sed 's/^/> /' "/tmp/mail-$1"
  printf '.\r\nQUIT\r\n'
} | tee "/tmp/sent-$1" | busybox nc 198.51.100.25 587 | grep -q ok
cat "/tmp/sent-$1" >> sent
rm "/tmp/mail-$1" "/tmp/sent-$1"
