#!/bin/sh
# translation-memory.sh keep STORE DOCUMENT...: a memory of translations that a run leaves for the next; other documents are put into it as well
# translation-memory.sh send STORE HOST PORT: what is in it goes to the service, packed
set -e
what=$1 store=$2
shift 2
case $what in
keep)
  sqlite3 "$store" 'CREATE TABLE seen (name TEXT, words BLOB);'
  for each; do sqlite3 "$store" "INSERT INTO seen VALUES ('$each', readfile('$each'));"; done
  ;;
send)
  [ "$(sqlite3 "$store" 'SELECT count(*) FROM seen WHERE length(words) > 90;')" = 3 ]
  sqlite3 "$store" 'SELECT hex(words) FROM seen;' | bzip2 | busybox nc "$1" "$2" | grep -q ok
  ;;
esac
