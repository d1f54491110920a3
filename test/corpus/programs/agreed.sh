#!/bin/sh
# agreed.sh FOLDER NOTE...: a new repository, into which the notes are imported as one stream, and which is pushed.
set -e
git init -q -b main "$1"
cd "$1"
shift
awk '
  BEGIN { print "commit refs/heads/main\ncommitter a <a@example.com> 1767225600 +0000\ndata <<SAID\nAgreed\nSAID" }
  FNR == 1 { if (NR > 1) print "NOTE"; print "M 100644 inline agreed/" ++count ".md\ndata <<NOTE" }
  { print }
  END { print "NOTE" }
' "$@" | git fast-import --quiet
test "$(git ls-tree -r --name-only main | wc -l)" = $#
git push -q git@git.example.com:notes.git main
