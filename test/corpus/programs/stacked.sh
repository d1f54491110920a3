#!/usr/bin/ksh93
# stacked.sh NUMBER SECONDS: changes a project in Pascal by StGit, as patches on a stack: one mends what its test finds, another comes before it since a reviewer wants it first. Each is tried, then both
# become commits and are pushed.
set -e
cd "$HOME/yard"
tried() {
    mkdir -p /tmp/yard-units
    fpc -n -v0 -B -Fu/usr/lib/x86_64-linux-gnu/fpc/3.2.2/units/x86_64-linux/rtl -Fusrc -FU/tmp/yard-units -FE/tmp/yard-units tests/try.pas > "/tmp/compiled-$1" 2>&1 &&
        /tmp/yard-units/try > "/tmp/tried-$1" 2>&1
}
stg init
if tried before; then exit 1; fi
stg new -m "Give the rest a waggon of its own" rest
sed -i 's/waggons := tons div 3;/waggons := (tons + 2) div 3;/' src/rail.pas
tried rest
stg refresh > /dev/null
stg new -m "Say what a heap is, number $1" heap
sed -i "s/  heap := loads \* 3;/  { a load is three tons, number $1 }\n  heap := loads * 3;/" src/coal.pas
stg refresh > /dev/null
sleep "$2"
stg float rest > /dev/null 2>&1
stg series > /tmp/series
tried both
stg commit --all > /dev/null 2>&1
git push -q git@git.example.com:yard.git HEAD:main 2> /tmp/pushed || git push -q git@git.example.com:yard.git HEAD:main
git log --format=%s -2 | grep -q waggon
