#!/usr/bin/mksh
# gazette.sh NUMBER SECONDS: makes a repository out of the notes that were agreed, a commit for each point, as one stream that git takes in, and
# pushes it. The stream has a mistake at first, which git says.
set -e
stream() {
  print "commit refs/heads/main\ncommitter a <a@example.com> now\ndata <<END\nBegin the gazette\nEND"
  print "M 100644 inline README.md\ndata <<END\nMade up, number $1.\nEND\n"
  integer at=0
  while IFS= read -r point; do
    at=at+1
    print "commit refs/heads/main\ncommitter a <a@example.com> now\ndata <<END\nAgree on point $at\nEND"
    print "M 100644 inline points/$at.md\ndata <<END\n$point\nEND\n"
  done
  print "$2 agreed-$1\nfrom refs/heads/main\ntagger a <a@example.com> now\ndata <<END\nAs agreed\nEND\n"
}
git init -q -b main "gazette-$1"
cd "gazette-$1"
! stream "$1" tagg < /srv/shared/agenda.txt | git fast-import --quiet --date-format=now 2> /tmp/mistake
rm -f .git/fast_import_crash_*
stream "$1" tag < /srv/shared/agenda.txt | git fast-import --quiet --date-format=now --force
git reset -q --hard main
[[ $(git rev-list --count main) == 4 ]]
git shortlog -s main > /tmp/who
sleep "$2"
git push -q --follow-tags git@git.example.com:gazette.git main
