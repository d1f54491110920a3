#!/bin/dash
# harvest.sh WHERE SECONDS: compiles modules of Scheme by Guile's own compiler elsewhere than they lie, each after those that it uses. What the compiler warns of is mended; a macro is changed, so that what
# uses it has to be compiled again and nothing else; the tests run what was compiled.
set -e
cd "$HOME/orchard"
mkdir -p "$1"
export GUILE_AUTO_COMPILE=0 GUILE_LOAD_PATH="$PWD" GUILE_LOAD_COMPILED_PATH="$1"
built() {
  guile -q -c "(use-modules (system base compile))
    (for-each (lambda (part)
                (compile-file (string-append part \".scm\") #:output-file (string-append \"$where/\" part \".go\")
                              #:opts '(#:warnings (unbound-variable arity-mismatch))))
              (cdr (command-line)))" "$@" >> "$where/said" 2>&1
}
where=$1
built trees basket
grep -q 'apple-count' "$1/said"
sleep "$2"
sed -i 's/apple-count/apples/' basket.scm
built basket main
guile -q -c '(use-modules (main)) (exit (harvest 3 4))'
sed -i 's/(\* trees each)/(if (zero? trees) 0 (* trees each))/' trees.scm
built trees basket
guile -q test.scm > "$1/tested"
[ "$(find "$1" -name '*.go' -newer trees.scm | wc -l)" = 2 ]
[ "$(cat "$1/tested")" = '12 0 fruit' ]
