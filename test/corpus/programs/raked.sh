#!/bin/dash
# raked.sh WHERE SECONDS: builds a project in C by rake, several parts at once, elsewhere than it lies; a test finds a fault in how sums are written, which is
# mended, so that only what has changed is built again.
set -e
cd "$HOME/reckoner"
export OUT="$1" RUBYOPT=--disable=did_you_mean,error_highlight
! rake -s -j 3 > /tmp/fault 2>&1
grep -q 'cents' /tmp/fault
[ -x "$OUT/reckoner" ]
sleep "$2"
sed -i 's/%ld\.%ld/%ld.%02ld/' src/money.c
rake -s -j 3
[ "$("$OUT/reckoner" 100 205)" = 3.05 ]
[ ! "$OUT/main.o" -nt /tmp/fault ]
