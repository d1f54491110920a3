"""translator.py HOW DOCUMENT HOST:PORT SECONDS: translates the document by the service.

late: the service does not listen yet, and is tried again · paragraphs: one request for each, by one connection; the translation is
put beside the document · workers: two children get the paragraphs by pipes, and each asks by a connection of its own
"""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

how, document, service, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])


def lines():
    with open(document, "rb", buffering=0) as file:
        return file.read().splitlines(keepends=True)


def reached():
    for _ in range(12):
        try:
            return connect(service)
        except ConnectionRefusedError:
            time.sleep(0.3)
    sys.exit(4)


def worker(reader):
    peer = connect(service)
    while part := posix.read(reader, 4096):
        peer.sendall(part)
    ended(peer)


if how == "late":
    text = lines()
    peer = reached()
    peer.sendall(b"".join(text))
    ended(peer)
elif how == "paragraphs":
    peer = connect(service)
    for line in lines():
        peer.sendall(line)
        time.sleep(seconds / 4)
    ended(peer)
    with open(f"{document}.de", "wb", buffering=0) as file:
        file.write(b"Ausgedacht.\n")
elif how == "workers":
    writers, children = [], []
    for _ in range(2):
        reader, writer = posix.pipe()
        children.append(posix.fork())
        if children[-1] == 0:
            for each in (*writers, writer):
                posix.close(each)
            worker(reader)
            posix._exit(0)
        posix.close(reader)
        writers.append(writer)
    for at, line in enumerate(lines()):
        posix.write(writers[at % 2], line)
        time.sleep(seconds / 8)
    for writer in writers:
        posix.close(writer)
    if any(posix.waitpid(child, 0)[1] for child in children):
        sys.exit(3)
else:
    sys.exit(2)
