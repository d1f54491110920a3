#!/bin/sh
# measured.sh NUMBER SECONDS: changes a module in Perl, has its tests run two at a time, and pushes the change, which was put aside once.
set -e
cd "$HOME/units"
prove -l -Q t
cat > t/miles.t <<'TEST'
use Test::More tests => 2;
use Units;
is(Units::miles(1), 1609.344, 'a mile');
is(Units::miles(0), 0, 'none');
TEST
! prove -l -Q t/miles.t > /tmp/failed 2>&1
git stash -q -u
perl -pi -e 's/^1;$/sub miles { return \$_[0] * 1609.344 }\n\n1;/' lib/Units.pm
perl -Ilib -wc lib/Units.pm 2> /tmp/checked
git commit -qam 'Know miles'
sleep "$2"
git stash pop -q
prove -l -Q -j2 --state=save --statefile=/tmp/state t
podchecker -nowarnings lib/Units.pm 2> /dev/null || :
git add t
git commit -q --fixup=HEAD
git -c sequence.editor=: rebase -q -i --autosquash HEAD~2
git tag -m "Release $1" "v0.$1"
git push -q git@git.example.com:units.git "HEAD:refs/heads/miles-$1" "v0.$1"
