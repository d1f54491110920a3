#!/usr/bin/python3 -IS
"""Applications of the database, from outside; not recorded: ledger.py WHAT [VALUE]

searched: texts are searched in two languages, and by what they nearly say · blocked: clients in each other's way: one waits, two wait for
each other, one is told to stop, one is gone before the end · monthly: tables in parts, sums that are kept, rules that act by
themselves, and a query that several processes share
tabled PATH: a table is what a program says of that file · piped HOST:PORT: rows are handed to a program that sends them there
"""
import os, sys, time

sys.path.append("/opt/agent")
from client import attend
from hosts import collects
from query import ORDERS, ask, client, cluster, must_hold, said, sql


def begun(text):
    process, _ = client("")
    process.stdin.write(text)
    process.stdin.flush()
    return process, ""


def searched(number):
    sql("CREATE TABLE pages (id serial PRIMARY KEY, body text, words tsvector);",
        f"INSERT INTO pages (body) SELECT 'Nobody wrote about running houses, part ' || n FROM generate_series(1, {100 + 80 * int(number)}) n;",
        "INSERT INTO pages (body) VALUES ('Erfundene Häuser stehen nirgends');",
        "UPDATE pages SET words = to_tsvector('english', body);", "CREATE INDEX ON pages USING gin (words);", "ANALYZE pages;")
    must_hold(sql("SELECT count(*) FROM pages WHERE words @@ to_tsquery('english', 'house & run');"), str(100 + 80 * int(number)))
    must_hold(sql("SELECT body FROM pages WHERE to_tsvector('german', body) @@ to_tsquery('german', 'Haus');"), "nirgends")
    sql("CREATE EXTENSION pg_trgm;", "CREATE INDEX ON pages USING gist (body gist_trgm_ops);", "SET enable_seqscan = off;")
    must_hold(sql("SELECT body FROM pages ORDER BY body <-> 'erfundene haeuser' LIMIT 1;"), "nirgends")
    sql("SELECT ts_headline('english', body, to_tsquery('house')) FROM pages LIMIT 20;", "DELETE FROM pages WHERE id % 2 = 0;", "VACUUM pages;")


def blocked(number):
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 40) n;", "ALTER DATABASE postgres SET deadlock_timeout = '200ms';")
    first = begun("BEGIN; UPDATE orders SET amount = 1 WHERE id = 1; SELECT pg_sleep(0.6); UPDATE orders SET amount = 1 WHERE id = 2; COMMIT;\n")
    second = begun("BEGIN; UPDATE orders SET amount = 2 WHERE id = 2; SELECT pg_sleep(0.6); UPDATE orders SET amount = 2 WHERE id = 1; COMMIT;\n")
    ends = sorted(each[0].wait(20) if each[0].stdin.close() is None else 0 for each in (first, second))
    if ends != [0, 3]:
        sys.exit(f"ledger: both ended with {ends}")
    asleep = begun("SET application_name = 'asleep'; SELECT pg_sleep(30);\n")
    gone = begun("BEGIN; DELETE FROM orders WHERE id > 10; SELECT pg_sleep(0.3);\n")
    time.sleep(0.5 + 0.2 * int(number))
    gone[0].kill()
    gone[0].wait()
    must_hold(sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'asleep';"), "t")
    said(asleep, 3)
    must_hold(sql("SELECT count(*) FROM orders;"), "40")


def monthly(number):
    months = 2 + int(number) % 4
    parts = [f"CREATE TABLE sales_{at} PARTITION OF sales FOR VALUES FROM ({at}) TO ({at + 1});" for at in range(months)]
    sql("CREATE TABLE sales (month int, who text, amount numeric) PARTITION BY RANGE (month);", *parts, "CREATE TABLE changes (what text);",
        "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO changes VALUES (TG_OP); RETURN NULL; END $$;",
        "CREATE TRIGGER noted AFTER INSERT OR UPDATE ON sales FOR EACH STATEMENT EXECUTE FUNCTION noted();",
        f"INSERT INTO sales SELECT n % {months}, md5(n::text), n FROM generate_series(1, 30000) n;",
        "CREATE MATERIALIZED VIEW sums AS SELECT month, sum(amount) FROM sales GROUP BY month;",
        "UPDATE sales SET amount = amount * 2 WHERE month = 0;", "REFRESH MATERIALIZED VIEW sums;")
    must_hold(sql("SELECT count(*) FROM changes;"), "2")
    sql("SET parallel_setup_cost = 0;", "SET parallel_tuple_cost = 0;", "SET min_parallel_table_scan_size = 0;",
        "SELECT who, rank() OVER (PARTITION BY month ORDER BY amount) FROM sales WHERE who > 'f' LIMIT 50;", "SELECT avg(amount) FROM sales;",
        "ALTER TABLE sales DETACH PARTITION sales_0;", "TRUNCATE sales_0;", "CLUSTER;", "ANALYZE;")


def tabled(path):
    with open(path) as file:
        text = file.read().strip()
    sql("CREATE EXTENSION file_fdw;", "CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;",
        f"CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (program 'rev {path}');")
    time.sleep(0.5)
    must_hold(sql("SELECT reverse(line) FROM lines;"), text)


def piped(address):
    host, _, port = address.rpartition(":")
    arrived = collects(address, "40")
    next(arrived)
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 300) n;")
    there = os.fork()
    if there == 0:
        next(arrived, None)
        os._exit(0)
    sql(f"COPY (SELECT who, amount FROM orders ORDER BY id) TO PROGRAM 'gzip -9 | busybox nc {host} {port} | grep -q ok';")
    if os.waitpid(there, 0)[1]:
        sys.exit("ledger: the rows did not arrive")


USES = {each.__name__: each for each in (searched, blocked, monthly, tabled, piped)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("ledger.py", cluster, "/run/postgres.pid", lambda: ask(USES, what, value))
