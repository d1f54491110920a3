#!/bin/sh
# catalogue.sh NUMBER: a backup that knows by a database what it has copied: the sum of each file is compared, what is new or changed is
# packed, sent to the backup server, and noted when the server has it.
set -e
cd /home
known=/srv/catalogue.db
sqlite3 $known 'CREATE TABLE IF NOT EXISTS kept (sum TEXT, path TEXT PRIMARY KEY);'
find agent -type f -exec sha256sum {} + | awk '{ print $1 "|" $2 }' > /srv/found
sqlite3 $known 'CREATE TABLE found (sum TEXT, path TEXT);' '.import /srv/found found' \
  'SELECT path FROM found EXCEPT SELECT path FROM kept NATURAL JOIN found;' > /srv/changed
if [ -s /srv/changed ]; then
  tar -czf "/srv/changed-$1.tgz" -T /srv/changed
  busybox nc 198.51.100.87 8730 < "/srv/changed-$1.tgz" | grep -q ok
fi
sqlite3 $known 'REPLACE INTO kept SELECT sum, path FROM found;' 'DROP TABLE found;' VACUUM
rm /srv/found /srv/changed
