#!/bin/sh
# sums.sh TABLE SECONDS: has a table shortened: SQLite, which keeps it in memory only, makes out of it what is worth saying, and that goes to
# the service, once that is known to be there.
set -e
said() {
  sqlite3 -batch :memory: '.mode csv' ".import $1 sales" '.mode markdown' \
    'SELECT shop, count(*) AS days, round(sum(sum), 2) AS total, max(sum) AS best FROM sales GROUP BY shop ORDER BY total DESC;' \
    'SELECT substr(day, 1, 7) AS month, round(avg(sum), 1) AS mean FROM sales GROUP BY month;'
}
until socat -u OPEN:/dev/null TCP:198.51.100.10:443,connect-timeout=2; do
  sleep 1
done
sleep "$2"
said "$1" > /tmp/figures
(printf 'SUMMARY %s\n' "$(wc -l < /tmp/figures)"; cat /tmp/figures) | socat -t 5 - TCP:198.51.100.10:443 > /tmp/answer
grep -q ok /tmp/answer
mkdir -p "$HOME/summaries"
cat /tmp/figures /tmp/answer > "$HOME/summaries/$(basename "$1" .csv).md"
rm /tmp/figures /tmp/answer
