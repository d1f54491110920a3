#!/bin/bash
# reply.sh SECONDS MAIL...: answers mails with the tools of a shell: awk takes the sender and the question, the answer goes to the mail server
# in a session of its own, and is added to what was answered before.
set -eu
pause=$1
shift
mkdir -p "$HOME/Mail"
for mail in "$@"; do
  sender=$(awk 'tolower($1) == "from:" { print $2; exit }' "$mail")
  answer=$(
    printf 'From: agent@example.com\r\nTo: %s\r\n' "$sender"
    awk 'sub(/^Subject: */, "Subject: Re: ") { printf "%s\r\n", $0 } body { printf "> %s\r\n", $0 } !NF { body = 1 }' "$mail"
    printf '\r\nThe goods are on their way, made up as they are.\r\n'
  )
  exec 3<> /dev/tcp/198.51.100.25/587
  printf 'EHLO web-1.example.com\r\n' >&3
  read -r -t 5 said <&3
  [ "$said" = ok ]
  sleep "$pause"
  printf 'MAIL FROM:<agent@example.com>\r\nRCPT TO:<%s>\r\nDATA\r\n%s\r\n.\r\nQUIT\r\n' "$sender" "$answer" >&3
  exec 3>&-
  printf 'From agent@example.com\n%s\n\n' "${answer//$'\r'/}" >> "$HOME/Mail/answered"
done
