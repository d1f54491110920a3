#!/usr/bin/python3 -IS
"""Who keeps many years in a database, and guests who come with papers; not recorded: archivist.py WHAT [VALUE]

years: each year is a table of its own, of which one is taken out and put back while somebody reads, what belongs to none is kept apart, and what is summed up is made anew ·
papers: who comes is known by a certificate, of which one is of another house and one is taken back, so that it holds no longer once the settings are read again
"""
import os, shutil, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, started
from query import BIN, CLUSTER, ORDERS, ask, client, cluster, must_hold, said, sql

PID = "/run/postgres.pid"
SETTINGS = "max_connections = 10\nmax_files_per_process = 90\njit = off\nwal_level = minimal\nmax_wal_senders = 0\narchive_mode = off\nautovacuum = off\nmax_parallel_workers = 1\n"


def house():
    cluster()
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write(SETTINGS)


def refused(line, why):
    """What is not taken, in the middle of more."""
    return f"DO $$ BEGIN {line} RAISE EXCEPTION 'it was taken'; EXCEPTION WHEN {why} THEN NULL; END $$;"


def years(number):
    rows = 320 + 70 * int(number)
    sql("CREATE DOMAIN weight AS numeric CHECK (VALUE > 0);",
        "CREATE TABLE letters (written date NOT NULL, shelf int, grams weight, ounces numeric GENERATED ALWAYS AS (grams / 28) STORED) PARTITION BY RANGE (written);",
        *(f"CREATE TABLE letters_{year} PARTITION OF letters FOR VALUES FROM ('{year}-01-01') TO ('{year + 1}-01-01');" for year in (2024, 2025)),
        "CREATE TABLE letters_else PARTITION OF letters DEFAULT;", "CREATE INDEX ON letters USING brin (written);",
        f"INSERT INTO letters SELECT date '2024-01-01' + (n * 5) % 1100, n % 9, 1 + n % 40 FROM generate_series(1, {rows}) n;",
        refused("INSERT INTO letters VALUES ('2025-05-05', 1, -3);", "check_violation"),
        "CREATE MATERIALIZED VIEW by_shelf AS SELECT shelf, count(*), sum(grams) FROM letters GROUP BY shelf;", "CREATE UNIQUE INDEX ON by_shelf (shelf);")
    reads, _ = client("")
    reads.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM letters_2025; SELECT pg_sleep(0.8); COMMIT;\n")
    reads.stdin.flush()
    must_hold(sql("ALTER TABLE letters DETACH PARTITION letters_2024;", "VACUUM FULL letters_2024;",
                  "ALTER TABLE letters ATTACH PARTITION letters_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
                  refused("CREATE TABLE letters_2026 PARTITION OF letters FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');", "check_violation"),
                  "BEGIN;", "CREATE TABLE letters_2026 (LIKE letters INCLUDING CONSTRAINTS INCLUDING GENERATED);",
                  "WITH moved AS (DELETE FROM letters_else WHERE written >= '2026-01-01' AND written < '2027-01-01' RETURNING written, shelf, grams) "
                  "INSERT INTO letters_2026 (written, shelf, grams) SELECT * FROM moved;",
                  "ALTER TABLE letters ATTACH PARTITION letters_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');", "COMMIT;",
                  "DELETE FROM letters WHERE shelf = 3;", "REFRESH MATERIALIZED VIEW CONCURRENTLY by_shelf;", "ANALYZE letters;",
                  "SELECT count(*) || ' shelves' FROM by_shelf;", "SELECT shelf, rank() OVER (ORDER BY sum(grams) DESC) FROM letters GROUP BY ROLLUP (shelf) LIMIT 4;"), "8 shelves")
    said((reads, "SELECT 1;\n"))


def openssl(*words):
    done = subprocess.run(["openssl", *words], cwd=f"{OWN}/papers", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"archivist: openssl {words[0]}: {done.stderr}")


def papers_made():
    """Two houses that say who somebody is; the first of them is known to the database."""
    os.makedirs(f"{OWN}/papers/issued", exist_ok=True)
    with open(f"{OWN}/papers/settings", "w") as settings:
        settings.write("[req]\ndistinguished_name = name\n[name]\n[ca]\ndefault_ca = house\n[house]\ndatabase = list\nnew_certs_dir = issued\nrand_serial = yes\ndefault_md = sha256\n"
                       "default_days = 2\ndefault_crl_days = 2\npolicy = any\ncertificate = house.crt\nprivate_key = house.key\n[any]\ncommonName = supplied\n")
    open(f"{OWN}/papers/list", "w").close()
    for house in ("house", "other"):
        openssl("req", "-config", "settings", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={house}", "-days", "2", "-keyout", f"{house}.key", "-out", f"{house}.crt")
    for guest in ("reader", "left"):
        openssl("req", "-config", "settings", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={guest}", "-keyout", f"{guest}.key", "-out", f"{guest}.csr")
        openssl("ca", "-config", "settings", "-batch", "-notext", "-in", f"{guest}.csr", "-out", f"{guest}.crt")
        os.chmod(f"{OWN}/papers/{guest}.key", 0o600)
    openssl("x509", "-req", "-in", "reader.csr", "-CA", "other.crt", "-CAkey", "other.key", "-CAcreateserial", "-days", "2", "-out", "forged.crt")
    openssl("ca", "-config", "settings", "-gencrl", "-out", "list.crl")


def house_with_papers():
    house()
    papers_made()
    known(first=True)
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write("ssl_ca_file = 'house.crt'\nssl_crl_file = 'house.crl'\nssl_min_protocol_version = 'TLSv1.3'\n")
    with open(f"{CLUSTER}/pg_hba.conf") as file:
        rules = file.read()
    with open(f"{CLUSTER}/pg_hba.conf", "w") as file:
        file.write(f"hostssl all reader,left {HOST}/32 cert\nhostnossl all all {HOST}/32 reject\n{rules}")


def known(first=False):
    for name, source in (("house.crt", "house.crt"), ("house.crl", "list.crl"))[0 if first else 1 :]:
        shutil.copy(f"{OWN}/papers/{source}", f"{CLUSTER}/{name}.new")
        os.chmod(f"{CLUSTER}/{name}.new", 0o600)
        os.rename(f"{CLUSTER}/{name}.new", f"{CLUSTER}/{name}")


def guest(role, paper, text, key=None):
    place = f"host={HOST} user={role} dbname=postgres sslmode=require sslcert={OWN}/papers/{paper}.crt sslkey={OWN}/papers/{key or paper}.key sslrootcert={OWN}/web-1.crt"
    return subprocess.run([f"{BIN}/psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", place], input=text, capture_output=True, text=True, timeout=20)


def papers(number):
    sql(ORDERS, "CREATE ROLE reader LOGIN;", 'CREATE ROLE "left" LOGIN;', 'GRANT SELECT ON orders TO reader, "left";',
        f"INSERT INTO orders (who, amount) SELECT 'guest ' || n, n FROM generate_series(1, {30 + 10 * int(number)}) n;")
    for _ in range(1 + int(number) % 3):
        must_hold(guest("reader", "reader", "SELECT count(*) FROM orders;\n").stdout, str(30 + 10 * int(number)))
    must_hold(guest("left", "left", "SELECT sum(amount) > 1 FROM orders;\n").stdout, "t")
    must_hold(guest("left", "reader", "SELECT 1;\n").stderr, "failed for user")
    must_hold(guest("reader", "forged", "SELECT 1;\n", key="reader").stderr, "unknown ca")
    must_hold(guest("reader", "reader", "DELETE FROM orders;\n").stderr, "permission denied")
    clear = subprocess.run([f"{BIN}/psql", "-X", "-c", "SELECT 1", f"host={HOST} user=reader dbname=postgres sslmode=disable"], capture_output=True, text=True)
    must_hold(clear.stderr, "no encryption")
    stays = subprocess.Popen([f"{BIN}/psql", "-X", "-q", "-A", "-t", f"host={HOST} user=left dbname=postgres sslmode=require sslcert={OWN}/papers/left.crt sslkey={OWN}/papers/left.key"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    stays.stdin.write("SELECT count(*) FROM orders;\n")
    stays.stdin.flush()
    stays.stdout.readline()
    openssl("ca", "-config", "settings", "-revoke", "left.crt")
    openssl("ca", "-config", "settings", "-gencrl", "-out", "list.crl")
    known()
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.8)
    must_hold(guest("left", "left", "SELECT 1;\n").stderr, "revoked")
    must_hold(stays.communicate("SELECT max(id) FROM orders;\n", timeout=20)[0], str(30 + 10 * int(number)))
    must_hold(guest("reader", "reader", "SELECT who FROM orders ORDER BY id LIMIT 1;\n").stdout, "guest 1")


USES = {each.__name__: each for each in (years, papers)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("archivist.py", house_with_papers if what == "papers" else house, PID, lambda: ask(USES, what, value))
