#!/usr/bin/busybox ash
# steps.sh OUT COUNT: a program in single steps: a table is computed by bc, and each of the compiler's programs is called by itself. What the
# program says is compared with what bc says.
set -e
mkdir -p "$1"
cd "$HOME/tool"
{
  echo 'static const long squares[] = {'
  busybox seq "$2" | busybox sed 's/.*/& ^ 2 * 7/' | bc | busybox sed 's/$/,/'
  echo '};'
} > "$1/squares.h"
cat > "$1/table.c" <<END
#include <stdio.h>
#include "squares.h"
#include "sum.h"
int main(void) {
  long all = 0;
  for (unsigned at = 0; at < sizeof squares / sizeof *squares; at++) all += squares[at] * one();
  return printf("%ld\n", all) < 0;
}
END
cc -x c-header -o "$1/sum.h.gch" sum.h
for each in "$1/table.c" one.c two.c; do
  name=$1/$(busybox basename "$each" .c)
  cc -I"$1" -I. -E "$each" -o "$name.i"
  cc -S -O2 -fverbose-asm "$name.i" -o "$name.s"
  as -o "$name.o" "$name.s"
done
ld -r -o "$1/parts.o" "$1/one.o" "$1/two.o"
objcopy --add-section .made="$1/squares.h" "$1/parts.o"
cc -static -o "$1/table" "$1/table.o" "$1/parts.o" || cc -o "$1/table" "$1/table.o" "$1/parts.o"
objdump -h "$1/table" | grep -q '\.made'
size "$1/table" > "$1/size"
test "$("$1/table")" = "$(busybox seq "$2" | busybox awk '{ print (NR > 1 ? "+" : "") $1 "^2*7" }' | busybox tr -d '\n' | busybox sed 's/$/\n/' | bc)"
busybox tar -cf - -C "$1" table size | busybox gzip > "/srv/table-$2.tgz"
busybox rm "$1"/*.i "$1"/*.s
