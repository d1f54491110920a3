#!/bin/dash
# twofold.sh WHERE NUMBER: builds a project by two compilers at once, with a header that is compiled before, and compares what both programs say; from one it
# takes the objects as they are and puts them together by hand. What it is good for is set as a page of the manual, which is read for faults.
set -e
where=$1
cd "$HOME/tool"
mkdir -p "$where/gcc" "$where/clang"
by_gcc() {
  cp sum.h "$where/gcc/sum.h"
  gcc -O2 -x c-header -o "$where/gcc/sum.h.gch" "$where/gcc/sum.h"
  for part in one two three main; do gcc -O2 -pipe -iquote "$where/gcc" -c -o "$where/gcc/$part.o" $part.c || return 1; done
  ar rcT "$where/gcc/libsum.a" "$where/gcc/one.o" "$where/gcc/two.o" "$where/gcc/three.o"
  gcc -o "$where/gcc/sum" "$where/gcc/main.o" "$where/gcc/libsum.a"
}
by_clang() {
  for part in one two three main; do
    clang -O1 -Weverything -fno-addrsig -S -o "$where/clang/$part.s" $part.c 2>> "$where/clang/said" || return 1
    as -o "$where/clang/$part.o" "$where/clang/$part.s"
  done
  ld -r -o "$where/clang/whole.o" "$where/clang/one.o" "$where/clang/two.o" "$where/clang/three.o"
  cc -no-pie -o "$where/clang/sum" "$where/clang/main.o" "$where/clang/whole.o"
}
by_gcc & first=$!
by_clang
wait $first
for each in gcc clang; do
  /bin/sh tests/run.sh "$where/$each/sum"
  "$where/$each/sum" > "$where/$each/says" || [ $? -lt 126 ]
done
cmp "$where/gcc/says" "$where/clang/says"
printf '.TH SUM 1 2026-01-0%s\n.SH NAME\nsum \\- adds up\n.SH SYNOPSIS\n.B sum\n.SH DESCRIPTION\nMade up, as all of this.\n' "$2" > "$where/sum.1"
groff -man -Tascii "$where/sum.1" 2> "$where/faults" | grep -q 'adds up'
gzip -9n "$where/sum.1"
