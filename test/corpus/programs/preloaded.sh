#!/bin/sh
# preloaded.sh NUMBER FILE PROGRAM: a test of the project that a preloader runs.
set -e
[ "$("$3")" = 6 ]
mkdir "/tmp/.preloader-$1"
/opt/agent/preloader.rb serve "/tmp/.preloader-$1/socket" 203.0.113.40:8443 &
/opt/agent/preloader.rb run "/tmp/.preloader-$1/socket" "$2"
wait $!
