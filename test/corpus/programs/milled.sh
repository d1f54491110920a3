#!/bin/dash
# milled.sh WHERE LEVEL: builds a project in OCaml to a native program, part by part in the order that ocamldep tells. What a part shows to others changes after the others were compiled: they no
# longer agree, as is said, and are compiled again. The tests are run by the program and by the bytecode.
set -e
cp -r "$HOME/millstone" "$1"
cd "$1"
order=$(ocamlopt.opt -version > version && ocamldep.opt -sort *.mli *.ml)
for part in $order; do ocamlopt.opt -w +a-4-70 -inline "$2" -c "$part"; done
objects() { for part in $order; do case $part in *.ml) echo "${part%.ml}.$1" ;; esac; done; }
ocamlopt.opt -o mill $(objects cmx)
[ "$(./mill 3 4)" = 12 ]
printf 'val grains : int -> int\nval flour : int -> int -> int\nval bran : int -> int\n' > grain.mli
printf 'let bran n = n / 5\n' >> grain.ml
ocamlopt.opt -c grain.mli grain.ml
ocamlopt.opt -o mill $(objects cmx) 2> disagree && exit 1
grep -q 'inconsistent assumptions' disagree
for part in $order; do ocamlopt.opt -c "$part"; done
ocamlopt.opt -o mill $(objects cmx)
[ "$(./mill 5 6)" = 30 ]
for part in $order; do ocamlc.opt -c "$part"; done
ocamlc.opt -o mill.byte $(objects cmo)
[ "$(ocamlrun mill.byte 5 6)" = 30 ]
