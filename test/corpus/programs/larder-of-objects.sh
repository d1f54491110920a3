#!/bin/dash
# larder-of-objects.sh WHERE SECONDS: builds a project with a cache of what was compiled before (ccache). The first build fills it; the second, elsewhere, takes all of it from there; then two
# parts of the cache are damaged, as after the computer went out, and one source is another, so that what does not hold is compiled.
set -e
cd "$HOME/tool"
mkdir -p "$1-first" "$1-second"
export PATH="/usr/lib/ccache:$PATH"
made() { make -s OUT="$1" "$1/one.o" "$1/two.o" "$1/three.o" > "$1/said" 2>&1; }
made "$1-first"
made "$1-second"
ccache --print-stats > "$1-stats"
grep -E -q '^(direct|preprocessed)_cache_hit.[1-9]' "$1-stats"
sleep "$2"
until [ -e "$1-stats.spoilt" ]; do sleep 0.1; done
sed -i '1i // Of another day.' three.c
rm -f "$1-second/three.o" "$1-second/two.o"
made "$1-second"
make -s OUT="$1-second" check
CCACHE_MAXSIZE=200k ccache -c > "$1-cleaned"
