#!/usr/bin/python3 -IS
"""Who looks after a database by its own tools, and a house that has few places for its guests; not recorded: almanac.py WHAT [VALUE]

tended: what has gathered is cleared away, put in order and proved by the tools that come with the database, while somebody works · full: more guests come
than there are places for, who come again; one goes in the middle of what it brings, one waits for a table for too long, one says nothing any more
"""
import os, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, attend, run
from query import BIN, CLUSTER, ORDERS, ask, client, cluster, must_hold, said, sql

PID = "/run/postgres.pid"
TO = ("-h", HOST, "-U", "postgres", "-w")


def house():
    cluster()
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write("max_connections = 7\nsuperuser_reserved_connections = 2\nmax_wal_senders = 0\nwal_level = minimal\narchive_mode = off\nmax_files_per_process = 80\njit = off\n"
                       "max_worker_processes = 3\nmax_parallel_workers = 1\nautovacuum_naptime = '20min'\nmax_prepared_transactions = 0\n")


def tended(number):
    rows = 400 + 300 * int(number)
    sql(ORDERS, f"INSERT INTO orders (who, amount) SELECT 'guest ' || n % 90, n FROM generate_series(1, {rows}) n;",
        "CREATE INDEX by_who ON orders (who);", "CREATE TABLE letters (id int PRIMARY KEY, body oid);",
        "INSERT INTO letters SELECT n, lo_from_bytea(0, convert_to(repeat('made up ', 40 * n), 'UTF8')) FROM generate_series(1, 4) n;",
        "DELETE FROM letters WHERE id > 2;", f"DELETE FROM orders WHERE id % {3 + int(number)} = 0;")
    works, _ = client("")
    works.stdin.write("BEGIN; SELECT count(*) FROM orders; SELECT pg_sleep(1.2); UPDATE orders SET amount = 1 WHERE id = 1; COMMIT;\n")
    works.stdin.flush()
    run(f"{BIN}/vacuumdb", *TO, "-q", "--analyze-in-stages", "-t", "orders", "postgres")
    run(f"{BIN}/vacuumdb", *TO, "-q", "--disable-page-skipping", "--no-truncate", "-t", "orders", "-t", "letters", "postgres")
    run(f"{BIN}/reindexdb", *TO, "-q", "--concurrently", "-i", "by_who", "postgres")
    works.stdin.close()
    if works.wait(20) != 0:
        sys.exit("almanac: who worked was disturbed")
    sql("CLUSTER orders USING by_who;")
    run(f"{BIN}/clusterdb", *TO, "-q", "-t", "orders", "postgres")
    run(f"{BIN}/vacuumlo", *TO, "postgres")
    must_hold(sql("SELECT count(*) FROM pg_largeobject_metadata;"), "2")
    sql("CREATE EXTENSION amcheck;", "SELECT bt_index_parent_check('by_who', true);", "SELECT count(*) FROM verify_heapam('orders');", "DROP EXTENSION amcheck;")
    must_hold(sql("CREATE STATISTICS of_both (dependencies) ON who, amount FROM orders;", "ANALYZE orders;", "EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM orders WHERE who = 'guest 7';",
                  "SELECT relname FROM pg_stat_user_tables ORDER BY 1;", "SELECT pg_stat_reset();"), "letters")
    subprocess.run([f"{BIN}/dropdb", *TO, "--if-exists", "nothing-of-the-kind"], check=True, stderr=subprocess.DEVNULL)


def guest(text, role="guest", patient=False):
    """Somebody whom the house may turn away: in the middle of what they say they can go on."""
    command = [f"{BIN}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", f"host={HOST} user={role} dbname=postgres sslmode=require"]
    for _ in range(40 if patient else 1):
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=20)
        if done.returncode != 2:
            break
        time.sleep(0.3)
    return done


def seated():
    """How many guests the database says that it serves, by the names of its processes."""
    count = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as name:
                count += name.read().startswith(b"postgres: guest postgres") or 0
        except OSError:
            pass  # it has gone
    return count


def full(number):
    sql(ORDERS, "CREATE ROLE guest LOGIN;", "CREATE ROLE porter LOGIN CONNECTION LIMIT 1;", "GRANT ALL ON orders, orders_id_seq TO guest, porter;",
        f"INSERT INTO orders (who, amount) SELECT 'guest ' || n, n FROM generate_series(1, {20 + 10 * int(number)}) n;")
    places = [f"{BIN}/psql", "-X", "-q", "-A", "-t", f"host={HOST} user=guest dbname=postgres sslmode=require"]
    sit = [subprocess.Popen([*places, "-c", f"SELECT pg_sleep({4 + 0.2 * at})"], stdout=subprocess.DEVNULL) for at in range(5)]
    for _ in range(60):  # without a connection, which would take a place
        if seated() == 5:
            break
        time.sleep(0.05)
    late = guest("SELECT 1;\n")
    if late.returncode != 2 or "connection" not in late.stderr:
        sys.exit(f"almanac: the sixth was told {late.stderr!r}")
    must_hold(guest("SELECT count(*) FROM orders;\n", patient=True).stdout, str(20 + 10 * int(number)))
    if any([each.wait(20) for each in sit]):
        sys.exit("almanac: somebody had to go")
    brings = subprocess.Popen([*places, "-c", "COPY orders (who, amount) FROM STDIN"], stdin=subprocess.PIPE)
    brings.stdin.write(b"half a guest\t1\n" * 2000)
    brings.stdin.flush()
    time.sleep(0.3)
    brings.kill()
    brings.wait()
    holds, _ = client("")
    holds.stdin.write("BEGIN; LOCK orders; SELECT pg_sleep(1.5); COMMIT;\n")
    holds.stdin.flush()
    time.sleep(0.4)
    must_hold(guest("SET lock_timeout = '300ms'; UPDATE orders SET amount = 0 WHERE id = 1;\n").stderr, "lock timeout")
    must_hold(guest("SELECT count(*) FROM orders WHERE who LIKE 'half%';\n").stdout, "0")
    said((holds, ""))
    must_hold(guest("SET idle_session_timeout = '300ms';\n\\! sleep 0.8\nSELECT 1;\n").stderr, "idle-session")
    porter = subprocess.Popen([*places[:-1], places[-1].replace("guest", "porter"), "-c", "SELECT pg_sleep(0.8)"], stdout=subprocess.DEVNULL)
    time.sleep(0.4)
    must_hold(guest("SELECT 1;\n", "porter").stderr, "too many connections for role")
    porter.wait(10)
    must_hold(guest("SELECT current_user;\n", "porter", True).stdout, "porter")
    sql("BEGIN;", "DECLARE stays CURSOR WITH HOLD FOR SELECT who FROM orders ORDER BY id;", "COMMIT;", "FETCH 3 FROM stays;", "CLOSE ALL;", "DISCARD ALL;")


USES = {each.__name__: each for each in (tended, full)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("almanac.py", house, PID, lambda: ask(USES, what, value))
