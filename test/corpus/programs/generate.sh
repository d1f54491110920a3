#!/bin/sh
# generate.sh OUT COUNT: builds a project whose code awk makes out of a table, compiler side by side, with tests of which one hangs, is
# stopped and run again, and with its symbols apart from the program.
set -e
mkdir "$1"
cd "$1"
cp "$HOME"/tool/*.c "$HOME"/tool/*.h .
seq "$2" | awk 'BEGIN { print "const int squares[] = {" } { print "  " $1 * $1 "," } END { print "};" }' > squares.c
printf '#include <unistd.h>\nextern const int squares[];\nint main(int count, char **words) {\n  (void)words;\n  if (count > 1) sleep(9);\n' > try.c
printf '  return squares[1] != 4;\n}\n' >> try.c
for each in one two three main squares try; do
  cc -pipe -g -O1 -c "$each.c" &
done
wait
ar rcs libparts.a one.o two.o three.o squares.o
cc -o sum main.o libparts.a &
cc -o try try.o libparts.a &
wait
! timeout 0.4 ./try slowly
./try
mkfifo said
(./sum > said &)
grep -qx 6 said
for each in sum try; do
  objcopy --only-keep-debug "$each" "$each.debug"
  strip --add-gnu-debuglink="$each.debug" "$each" 2> /dev/null || strip "$each"
done
size sum try | awk 'NR > 1 { total += $4 } END { print total }' > size
find . -name '*.o' -delete
tar -cf - sum try *.debug size | gzip > "/srv/parts-$2.tgz"
