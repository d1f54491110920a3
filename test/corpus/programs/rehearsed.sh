#!/bin/dash
# rehearsed.sh NUMBER COUNT: a project in Ruby whose tests fail at first. What they want is fetched, what is wrong with the sum of nothing is looked up in its
# history and changed, the tests are run in another order, and the change is pushed with the packages that were wanted written down.
set -e
cd "$HOME/abacus"
export RUBYOPT='-W --disable=did_you_mean,error_highlight'
! ruby -Ilib test/test_sum.rb --seed "$1" > /tmp/failed 2>&1
grep -q 'test_no_rods' /tmp/failed
/opt/agent/gems.rb "$2" "$HOME/abacus/vendor" 0.4
(cd vendor && sha256sum --quiet -c SHA256SUMS)
git blame -s -L '/def self.sum/,+1' lib/abacus.rb > /tmp/blamed
git switch -q -c "nothing-$1"
sed -i 's/rods.inject(:+)$/rods.inject(0, :+)/' lib/abacus.rb
ruby -Ilib test/test_sum.rb --seed 7 > /tmp/passed
grep -q ' 0 failures, 0 errors' /tmp/passed
ls vendor > Wanted
git add -A
git commit -q -m "Sum up nothing, number $1"
git push -q git@git.example.com:abacus.git "HEAD:refs/heads/nothing-$1"
