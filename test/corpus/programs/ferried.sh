#!/bin/dash
# ferried.sh WHERE NUMBER: builds a project in Erlang: a module asks for a behaviour that is compiled later, of which the compiler warns; as warnings are mistakes here, it is compiled first. The tests run
# in a node of their own, of which one waits for what never comes until its time is up, and is left out then.
set -e
mkdir -p "$1"
cd "$HOME/landing"
erlc -Werror -o "$1" src/boat.erl 2> "$1/warned" > "$1/warned-of" && exit 1
cat "$1/warned" "$1/warned-of" | grep -q behaviour
erlc -Werror +debug_info -pa "$1" -o "$1" src/vessel.erl src/boat.erl src/landing_test.erl
run() { timeout "$2" erl +S 1:1 +A 1 -noshell -noinput -pa "$1" -s landing_test "$3" > "$1/$3.log" 2>&1; }
run "$1" 20 all
run "$1" "$((1 + $2 % 2))" waits && exit 1
grep -q passed "$1/all.log"
