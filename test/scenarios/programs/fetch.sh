#!/bin/sh
# fetch.sh run|only: downloads a script with curl (the peer speaks HTTP 0.9), and may run it.
curl --http0.9 --silent --output /tmp/tool http://192.0.2.80/
if [ "$1" = run ]; then
  chmod 755 /tmp/tool
  /tmp/tool
fi
