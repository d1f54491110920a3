#!/bin/dash
# cast.sh WHERE NUMBER: builds a project in Lisp: each file is compiled and loaded, one of them is not whole at first and says so; then all that was loaded is cast into one program, which is tested by what
# it prints.
set -e
mkdir -p "$1"
cd "$HOME/foundling"
compiled() {
  sbcl --noinform --no-userinit --no-sysinit --non-interactive --eval "(dolist (name '($2)) (multiple-value-bind (fasl warned failed) (compile-file name :output-file (format nil \"$1/~a.fasl\" name)) (declare (ignore warned))
    (when failed (sb-ext:exit :code 3 :abort t)) (load fasl)))" > "$1/compiled.log" 2>&1
}
compiled "$1" '"metal" "mould"' && exit 1
grep -qi 'end of file\|read error' "$1/compiled.log"
sed 's/;; not whole/)/' mould.lisp > "$1/mould.lisp"
cp metal.lisp "$1"
cd "$1"
compiled "$1" '"metal" "mould"'
sbcl --noinform --no-userinit --no-sysinit --non-interactive --load metal.fasl --load mould.fasl \
  --eval '(save-lisp-and-die "cast" :executable t :toplevel (lambda () (format t "~a~%" (mould:poured 6 7)) (sb-ext:exit :abort nil)))' > saved.log 2>&1
[ "$(./cast)" = 42 ]
rm cast
