#!/usr/bin/yash
# apiary.sh NUMBER COUNT SECONDS: a project in Prolog gets a predicate that its tests want, and packages that they read. The first thought was wrong: each bee was its own sister.
set -e
cd "$HOME/hive"
/opt/agent/hampers.sh "$2" hampers "$3"
tried() { swipl -g run_tests -t halt tests.pl > "/tmp/tried-$1" 2>&1; }
tried before && exit 1
sed -i 's/drones\/1\]/drones\/1, sister\/2]/' hive.pl
printf '\n%% Number %s.\nsister(X, Y) :- mother(M, X), mother(M, Y).\n' "$1" >> hive.pl
tried first && exit 1
sed -i 's/mother(M, X), mother(M, Y)\./mother(M, X), mother(M, Y), X \\== Y./' hive.pl
tried again
git commit -q -a -m "Know sisters, number $1"
sleep "$3"
git push -q git@git.example.com:hive.git HEAD:main
