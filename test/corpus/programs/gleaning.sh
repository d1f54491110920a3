#!/usr/bin/ksh93
# gleaning.sh FOLDER NUMBER: builds a crate in Rust and a program that needs it, and runs the tests of the crate. At first the crate is looked for where it is not.
set -e
mkdir -p "$1/made"
cd "$1"
typeset -i level=$(( $2 % 3 ))
if rustc --edition 2021 -o farm /home/agent/granges/farm.rs 2> said-first; then exit 1; fi
grep -q barn said-first
rustc --edition 2021 --crate-type rlib -C opt-level=$level --out-dir made /home/agent/granges/barn.rs
rustc --edition 2021 --test -o made/barn-tests /home/agent/granges/barn.rs 2> said-tests
made/barn-tests --test-threads=$(( 1 + level )) > passed
grep -q '3 passed' passed
rustc --edition 2021 -C opt-level=$level -L made --extern barn=made/libbarn.rlib -o farm /home/agent/granges/farm.rs
printf '%s\n' 10 20 10 > list
./farm list > sum
grep -q Nothing sum
