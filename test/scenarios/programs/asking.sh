#!/bin/bash
# asking.sh itself|by-program: asks the resolver for the git server, by a socket that the shell itself opens or by a program that is there for it.
if [ "$1" = itself ]; then
  exec 3<> /dev/udp/192.0.2.53/53
  printf '\x13\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03git\x07example\x03com\x00\x00\x01\x00\x01' >&3
  busybox dd bs=512 count=1 <&3 2> /dev/null | grep -aq example
else
  busybox nslookup -type=a git.example.com 192.0.2.53 | grep -q 192.0.2.22
fi
