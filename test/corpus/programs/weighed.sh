#!/bin/dash
# weighed.sh NUMBER COUNT SECONDS: a project in Lua has a test that fails. Its packages are fetched, of which one was not whole, its syntax is looked at (luac), the fault is mended, a sum is added whose
# end is missing at first, and the change goes to the server.
set -e
cd "$HOME/scales"
! lua5.4 test.lua 2> /tmp/failed
grep -q 'arithmetic on a nil value' /tmp/failed
/opt/agent/rocks.lua "$2" "$HOME/scales/rocks" "$3"
[ "$(wc -l < rocks/manifest)" = "$2" ]
printf '\nfunction scales.mean(weights\n  return scales.sum(weights) / #weights\nend\n' > /tmp/mean
sed -i -e 's/local sum$/local sum = 0/' -e '/^end$/r /tmp/mean' scales.lua
! luac5.4 -p scales.lua 2> /tmp/wrong
grep -q "expected" /tmp/wrong
sed -i 's/scales.mean(weights$/scales.mean(weights)/' scales.lua
luac5.4 -p scales.lua
luac5.4 -l scales.lua > /tmp/listed
rm -f luac.out
printf 'assert(scales.mean{2, 4} == 3)\n' >> test.lua
lua5.4 -W test.lua
git commit -q -a -m "Weigh nothing and on average, number $1"
git push -q git@git.example.com:scales.git "HEAD:refs/heads/weigh-$1"
