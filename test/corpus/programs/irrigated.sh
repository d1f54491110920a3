#!/bin/dash
# irrigated.sh WHERE NUMBER: builds what is in Fortran and C, without a file that says how: in the order of names it fails, as one part needs what another says of itself; in the order in
# which they are used it goes. A test finds a sum that is half of what it is to be, which is mended, and only what needs it is built again.
set -e
cd "$HOME/rivers"
mkdir -p "$1"
built() { gfortran -std=f2008 -Wall -O"$level" -J "$where" -c -o "$where/$1.o" "$1.f90"; }
where=$1
level=$(($2 % 3))
! built flow 2> "$1/failed"
grep -q 'water.mod' "$1/failed"
for part in water flow gauge; do built "$part"; done
gfortran -o "$1/gauge" "$1/gauge.o" "$1/flow.o"
"$1/gauge" > "$1/said"
if ! grep -q '12.50' "$1/said"; then
  sed -i 's/ + inflow(at) \/ 2/ + inflow(at)/' flow.f90
  built flow
  gfortran -o "$1/gauge" "$1/gauge.o" "$1/flow.o"
  "$1/gauge" > "$1/said"
fi
grep -q '12.50' "$1/said"
cc -O1 -c -o "$1/main.o" main.c
cc -o "$1/both" "$1/main.o" "$1/flow.o" -lgfortran -lm
[ "$("$1/both")" = 6.0 ]
nm --defined-only "$1/flow.o" | grep -q ' T level'
