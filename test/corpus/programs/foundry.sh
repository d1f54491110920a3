#!/bin/sh
# foundry.sh WHERE JOBS SECONDS: builds a project of measures with the make of BSD, whose sources are made by m4, elsewhere than they lie; a target fails
# at first since nobody made its folder, which does not keep the others.
set -e
where=$1
project=$HOME/gauge
mkdir "$where"
! bmake -r -s -k -j "$2" -C "$project" OUT="$where" all > "$where/said" 2>&1
[ -e "$where/inch.c" ]
mkdir "$where/objects"
bmake -r -s -j "$2" -C "$project" OUT="$where" all
bmake -r -s -C "$project" OUT="$where" check
sleep 1  # bmake looks at whole seconds
sleep "$3"
touch "$project/units.m4"
bmake -r -s -n -C "$project" OUT="$where" all > "$where/would"
[ "$(grep -c 'm4 ' "$where/would")" = 3 ]
bmake -r -s -j "$2" -C "$project" OUT="$where" all check
nm -C --defined-only "$where/libgauge.a" > "$where/names"
strip --strip-unneeded -o "$where/gauge.small" "$where/gauge"
"$where/gauge.small" > "$where/says"
(cd "$where" && pax -w -x ustar -f gauge.tar gauge.small libgauge.a)
bmake -r -s -C "$project" OUT="$where" clean
