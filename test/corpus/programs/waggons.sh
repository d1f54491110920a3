#!/usr/bin/yash
# waggons.sh NUMBER SECONDS: mends in a project in Pascal what its test finds: what is left over gets a waggon of its own. The first thought gives one to nothing as well, which the compiler does not mind and the
# test does. All units are compiled each time (-B): a change of the same second is one that fpc does not see.
set -e
cd "$HOME/yard"
mkdir /tmp/yard-units
tried() {
    fpc -n -v0 -B -Fu/usr/lib/x86_64-linux-gnu/fpc/3.2.2/units/x86_64-linux/rtl -Fusrc -FU/tmp/yard-units -FE/tmp/yard-units tests/try.pas > "/tmp/compiled-$1" 2>&1
    /tmp/yard-units/try > "/tmp/tried-$1" 2>&1
}
sed -i "s/waggons := tons div 3;/waggons := tons div 3 + 1; { number $1 }/" src/rail.pas
tried first && exit 1
sed -i 's/tons div 3 + 1;/(tons + 2) div 3;/' src/rail.pas
tried again
git commit -q -a -m "Give what is left over a waggon, number $1"
sleep "$2"
git push -q git@git.example.com:yard.git HEAD:main
