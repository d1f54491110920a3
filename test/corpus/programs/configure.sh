#!/bin/sh
# configure.sh FOLDER: what a script before a build does: tries what the compiler can do, and writes that down.
set -e
cd "$1"
for each in 'int x __attribute__((unused));' 'int y(void) { return __builtin_popcount(3); }' 'this is no C'; do
  echo "$each" > conftest.c
  if cc -c conftest.c -o conftest.o 2>> config.log; then echo "#define HAVE_$((count = count + 1)) 1"; fi
done > config.h.new
rm -f conftest.c conftest.o
mv config.h.new config.h
sed "s,@OUT@,$1/out," Makefile > Makefile.new
mv Makefile.new Makefile
mkdir -p out
