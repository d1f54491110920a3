#!/usr/bin/python3 -IS
"""Who keeps a herbarium in a database, and who looks things up in it by programs of their own; not recorded: botanist.py WHAT [VALUE]

sheets: what is written on sheets is found by words, by parts of words and by where it stands in the order of plants; the table is laid in another order and its index made anew while somebody reads; one sheet is not
taken since its number is known · spoken: a client that speaks the database's own language: several questions on their way at once, rows by tens, rows brought in bulk of which one is none, a question that is taken back
from another connection, and one who goes away without a word
"""
import os, socket, ssl, struct, sys, time

sys.path.append("/opt/agent")
from archivist import PID, house, refused
from client import HOST, attend
from query import ask, client, must_hold, said, sql

HERBARIUM = ("CREATE EXTENSION pg_trgm;", "CREATE EXTENSION ltree;",
             "CREATE TABLE sheets (number int PRIMARY KEY, label text NOT NULL, place ltree, words tsvector GENERATED ALWAYS AS (to_tsvector('english', label)) STORED);",
             "CREATE INDEX sheets_words ON sheets USING gin (words);", "CREATE INDEX sheets_label ON sheets USING gin (label gin_trgm_ops);", "CREATE INDEX sheets_place ON sheets USING gist (place);")


def sheets(number):
    many = 90 + 40 * int(number)
    sql(*HERBARIUM)
    sql(f"INSERT INTO sheets (number, label, place) SELECT n, 'Made-up herb ' || md5((n % 17)::text) || ', gathered by nobody in meadows', ('plants.family' || n % 4 || '.genus' || n % 9)::ltree FROM generate_series(1, {many}) n;",
        refused("INSERT INTO sheets (number, label) VALUES (1, 'again');", "unique_violation"))
    must_hold(sql("SELECT count(*) || ' by words' FROM sheets WHERE words @@ websearch_to_tsquery('english', 'gathering meadow -rose');",
                  "SELECT ts_headline('english', label, to_tsquery('english', 'meadow')) FROM sheets WHERE number = 2;",
                  "SELECT number FROM sheets WHERE label ILIKE '%gatherd%' OR label % 'Made-up herb, gathered by nobody in meadows' ORDER BY similarity(label, 'herb') DESC, number LIMIT 3;",
                  "SELECT count(*) FROM sheets WHERE place ~ 'plants.family1.*';", "SELECT nlevel(place), subpath(place, 1, 1), count(*) FROM sheets GROUP BY 1, 2 ORDER BY 2;"), f"{many} by words")
    reads, _ = client("")
    reads.stdin.write("BEGIN; DECLARE slow CURSOR FOR SELECT label FROM sheets; FETCH 5 FROM slow; SELECT pg_sleep(0.6); FETCH 5 FROM slow; COMMIT;\n")
    reads.stdin.flush()
    sql("REINDEX INDEX CONCURRENTLY sheets_words;", "CLUSTER sheets USING sheets_place;", "ANALYZE sheets;")
    said((reads, "SELECT 1;\n"))
    must_hold(sql("BEGIN;", "CREATE TEMP TABLE lent ON COMMIT DROP AS SELECT number FROM sheets WHERE number % 5 = 0;", "DELETE FROM sheets USING lent WHERE sheets.number = lent.number;", "SELECT count(*) || ' lent' FROM lent;", "COMMIT;",
                  "ALTER TABLE sheets ADD COLUMN seen timestamptz DEFAULT now();", "UPDATE sheets SET seen = NULL WHERE place <@ 'plants.family2';", "TABLE sheets LIMIT 2;"), f"{many // 5} lent")
    must_hold(sql("TRUNCATE sheets;", "SELECT count(*) || ' are left' FROM sheets;"), "0 are left")


class Caller:
    """Who speaks the protocol of the database, version 3 (PostgreSQL, chapter 55), over TLS."""

    def __init__(self, who="postgres"):
        self.link = socket.create_connection((HOST, 5432), 10)
        self.link.sendall(struct.pack(">ii", 8, 80877103))
        if self.link.recv(1) != b"S":
            sys.exit("botanist: no TLS")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.link = context.wrap_socket(self.link)
        text = struct.pack(">i", 196608) + b"user\0%s\0database\0postgres\0application_name\0botanist\0\0" % who.encode()
        self.link.sendall(struct.pack(">i", 4 + len(text)) + text)
        self.line = self.link.makefile("rb")
        for kind, body in self.heard():
            if kind == b"K":
                self.secret = body

    def say(self, *messages):
        self.link.sendall(b"".join(kind + struct.pack(">i", 4 + len(body)) + body for kind, body in messages))

    def heard(self):
        """All that comes until the server is ready again."""
        all_of_it = []
        while True:
            kind, size = struct.unpack(">ci", self.line.read(5))
            all_of_it.append((kind, self.line.read(size - 4)))
            if kind == b"Z":
                return all_of_it


def parse(name, text):
    return b"P", name + b"\0" + text.encode() + b"\0\0\0"


def bind(portal, name, *values):
    given = b"".join(struct.pack(">i", len(each)) + each for each in values)
    return b"B", portal + b"\0" + name + b"\0" + struct.pack(">hh", 0, len(values)) + given + struct.pack(">h", 0)


def kinds(all_of_it):
    return b"".join(kind for kind, _ in all_of_it)


def spoken(number):
    many = 60 + 25 * int(number)
    one = Caller()
    one.say((b"Q", b"CREATE TABLE seeds (n int PRIMARY KEY, what text); CREATE SEQUENCE of_seeds CYCLE MAXVALUE 5;\0"))
    one.heard()
    one.say((b"Q", b"COPY seeds FROM STDIN;\0"), *[(b"d", b"%d\tseed %d, made up\n" % (at, at)) for at in range(many)], (b"c", b""))
    must_hold(kinds(one.heard()).decode(), "C")
    one.say((b"Q", b"COPY seeds FROM STDIN;\0"), (b"d", b"1000\tgood\nnone\tbad\n"), (b"c", b""))
    must_hold(kinds(one.heard()).decode(), "E")
    one.say(parse(b"by", "SELECT what FROM seeds WHERE n = $1"), *[each for at in range(4) for each in (bind(b"", b"by", b"%d" % at), (b"E", b"\0\0\0\0\0"))], (b"S", b""))
    answers = one.heard()
    if kinds(answers).count(b"D") != 4:
        sys.exit("botanist: not all was answered")
    one.say((b"Q", b"BEGIN\0"))
    one.heard()
    one.say(parse(b"", "SELECT * FROM seeds ORDER BY n"), bind(b"all", b""), *[(b"E", b"all\0" + struct.pack(">i", 10)), (b"H", b"")] * 3, (b"C", b"Pall\0"), (b"S", b""))
    if kinds(one.heard()).count(b"s") != 3:
        sys.exit("botanist: the rows did not come by tens")
    one.say((b"Q", b"SAVEPOINT here; SELECT 1 / 0\0"))
    one.heard()
    one.say((b"Q", b"ROLLBACK TO here; SELECT nextval('of_seeds') FROM generate_series(1, 7); COMMIT\0"))
    must_hold(kinds(one.heard()).decode(), "D")
    one.say((b"Q", b"SELECT pg_sleep(9)\0"))
    time.sleep(0.3 + 0.1 * int(number))
    with socket.create_connection((HOST, 5432), 10) as other:  # a question is taken back by another connection
        other.sendall(struct.pack(">ii", 8, 80877103))
        if other.recv(1) == b"S":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(other) as safe:
                safe.sendall(struct.pack(">ii", 16, 80877102) + one.secret)
                safe.recv(1)
    must_hold(kinds(one.heard()).decode(), "E")
    one.say((b"Q", b"COPY (SELECT * FROM seeds WHERE n < 40) TO STDOUT WITH (FORMAT csv)\0"))
    if kinds(one.heard()).count(b"d") != 40:
        sys.exit("botanist: not all was copied")
    gone = Caller()
    gone.say((b"Q", b"BEGIN; DELETE FROM seeds\0"))
    gone.heard()
    gone.link.close()
    gone.line.close()
    time.sleep(0.4)
    one.say((b"Q", b"SELECT count(*) FROM seeds\0"))
    must_hold(str(one.heard()), str(many))
    one.say((b"X", b""))


USES = {each.__name__: each for each in (sheets, spoken)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("botanist.py", house, PID, lambda: ask(USES, what, value))
