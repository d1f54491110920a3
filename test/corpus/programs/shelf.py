#!/usr/bin/python3 -I
"""shelf.py FOLDER SHELF HOST:PORT: a backup that keeps each piece of a file once, by its digest, in SQLite, and sends what is new of it.

Only one at a time does this: who finds the lock of the shelf taken waits and tries again.
"""
import errno, fcntl, hashlib, os, sqlite3, sys, time, zlib

sys.path.append("/opt/agent")
from peer import connect, ended

PIECE = 16384
folder, shelf, server = sys.argv[1:4]


def alone():
    lock = open(f"{shelf}.lock", "a")
    for attempt in range(30):
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError as problem:
            if problem.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            time.sleep(0.2 * (1 + attempt))
    sys.exit("shelf: somebody else is at it")


def pieces(path):
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            yield hashlib.sha256(piece).hexdigest(), zlib.compress(piece)


def kept(db, night):
    new = []
    for at, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(at, name)
            for number, (digest, data) in enumerate(pieces(path)):
                if db.execute("INSERT OR IGNORE INTO piece VALUES (?, ?)", (digest, data)).rowcount:
                    new.append(digest)
                db.execute("INSERT INTO part VALUES (?, ?, ?, ?)", (night, path, number, digest))
    return new


def sent(db, digests):
    peer = connect(server)
    for digest in digests:
        data = db.execute("SELECT data FROM piece WHERE digest = ?", (digest,)).fetchone()[0]
        peer.sendall(f"{digest} {len(data)}\n".encode() + data)
    peer.sendall(b"that was all\n")
    ended(peer)


with alone():
    db = sqlite3.connect(f"{shelf}.db")
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS piece (digest TEXT PRIMARY KEY, data BLOB)")
        db.execute("CREATE TABLE IF NOT EXISTS part (night INTEGER, path TEXT, number INTEGER, digest TEXT)")
        night = db.execute("SELECT coalesce(max(night), 0) + 1 FROM part").fetchone()[0]
        new = kept(db, night)
    sent(db, new)
    if db.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        sys.exit("shelf: it is damaged")
    db.close()
