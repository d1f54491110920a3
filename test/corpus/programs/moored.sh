#!/usr/bin/yash
# moored.sh FOLDER NUMBER: builds a project in Ada and tries it, with its assertions and its tasks. Somebody ends the build in the middle; the next one makes what is missing, and the one after it only what
# has changed.
set -e
mkdir -p "$1"
cd "$1"
made() { gnatmake -q -gnat2012 -gnata -gnatwa -O"$(( $2 % 3 ))" -aI/home/agent/harbour try_harbour.adb -o harbour > "said-$1" 2>&1; }
timeout -s TERM 0.35 gnatmake -q -gnat2012 -gnata -aI/home/agent/harbour try_harbour.adb -o harbour > said-first 2>&1 || echo ended > ended
made again "$2"
./harbour | grep -q 'passed 2'
cp /home/agent/harbour/tides.adb tides.adb
touch -d '+1 hour' tides.adb
gnatmake -q -gnat2012 -gnata -aI/home/agent/harbour try_harbour.adb -o harbour > said-last 2>&1
for turn in 1 2 3; do ./harbour > "passed-$turn"; done
