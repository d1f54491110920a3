#!/bin/dash
# filed.sh NUMBER SECONDS: notes of years that are over go into folders of their own, under other names; some came with the ends of lines of another system, which are mended; a list of
# what there is, is made of what git knows. One file that was to go is not there, and is left out.
set -e
cd "$HOME/notebook"
for each in 1 2 3 4 5 6; do printf '# Week %s\r\n\r\n- made up, as all of this\r\n' $each > "202$((each % 3 + 3))-week-$each.md"; done
grep -lc "$(printf '\r')" -- *-week-*.md > "/tmp/ends-$1"
sed -i 's/\r$//' $(cat "/tmp/ends-$1")
git add -- .
git commit -q -m 'Bring what was written elsewhere'
for year in 2023 2024 2025; do
  mkdir -p "years/$year"
  for each in 1 2 3 4 5 6 7; do
    [ -e "$year-week-$each.md" ] && git mv "$year-week-$each.md" "years/$year/week-$each.md" || echo "$year $each" >> "/tmp/none-$1"
  done
done
git ls-files years | sort | sed 's/.*/- &/' > contents.md
git add contents.md
git commit -q -m "File the years, number $1"
[ "$(git show --stat --format= -M | grep -c '=>')" -ge 5 ]
sleep "$2"
git push -q git@git.example.com:notes.git main
