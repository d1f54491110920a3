#!/usr/bin/yash
# wound-up.sh FOLDER NUMBER: builds a program in Pascal of units and tries it; an object is empty, since the disk was full, so
# that nothing can be linked until all is compiled anew.
set -e
mkdir -p "$1/units"
cd "$1"
made() { timeout 20 fpc -n -v0 -O"$(( 1 + $1 % 3 ))" -Fu/usr/lib/x86_64-linux-gnu/fpc/3.2.2/units/x86_64-linux/rtl -Fi/home/agent/clockwork -Fu/home/agent/clockwork -FUunits -FE. /home/agent/clockwork/clock.pas $2; }
made "$2" > said-1
./clock | grep -q passed
: > units/chime.o
rm clock units/clock.o
made "$2" > said-2 2>&1 && exit 1
made "$2" -B > said-3 2>&1
./clock > passed
grep -q passed passed
