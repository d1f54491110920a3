#!/bin/dash
# shipped.sh NUMBER COUNT SECONDS: a project in Erlang gets packages that it needs and a change: what it returns is another thing for nothing to ship, which its test did not know; the test is
# mended after it failed. Compiled files are no part of the commit.
set -e
cd "$HOME/ferry"
/opt/agent/crates.sh "$2" crates "$3"
tested() {
  mkdir -p "/tmp/beams-$1"
  timeout 30 erl +S 1:1 +A 1 -noshell -noinput -pa "/tmp/beams-$1" \
    -eval "[{ok, _} = compile:file(Each, [{outdir, \"/tmp/beams-$1\"}]) || Each <- [\"src/ferry\", \"test/ferry_test\"]], ferry_test:run()" > "/tmp/tested-$1" 2>&1
}
sed -i 's/^load(\[\]) -> 0;/load([]) -> none;/' src/ferry.erl
tested first && exit 1
grep -q none /tmp/tested-first
sed -i 's/0 = ferry:load(\[\])/none = ferry:load([])/' test/ferry_test.erl
tested again
git status --porcelain | grep -q crates && exit 1
git commit -q -a -m "Nothing to load is none, number $1"
sleep "$3"
git push -q git@git.example.com:ferry.git main 2> "/tmp/push-$1" || git push -q git@git.example.com:ferry.git main
