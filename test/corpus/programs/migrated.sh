#!/bin/sh
# migrated.sh NUMBER: changes a project of SQL: a migration is written, tried on a database in memory with all that came before, corrected, tried
# again, and committed.
set -e
mkdir "$HOME/shop-schema"
cd "$HOME/shop-schema"
git init -q -b main
git config user.name a
git config user.email a@example.com
echo 'CREATE TABLE orders (id INTEGER PRIMARY KEY, what TEXT NOT NULL);' > 001.sql
git add -A
git commit -qm 'Have orders'
tried() {
  { cat 0*.sql; echo "INSERT INTO orders (what) VALUES ('none'); SELECT count(*), max(price) FROM orders;"; } | sqlite3 -bail -batch :memory:
}
echo "ALTER TABLE order ADD COLUMN price INTEGER NOT NULL DEFAULT $1;" > 002.sql
! tried > /tmp/tried 2>&1
sed -i 's/TABLE order /TABLE orders /' 002.sql
[ "$(tried)" = "1|$1" ]
git add 002.sql
git commit -qm 'Have prices'
git log --oneline > /tmp/log
