"""linguist.py HOW DOCUMENT HOST:PORT SECONDS: has the document translated by the service.

broken: the service breaks off, and is asked for the whole again; the translation lies in another folder · languages: three children
read the document themselves, and each has it translated into a language of its own
"""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

how, document, service, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
name = document.rpartition("/")[2].partition(".")[0]


def text():
    file = posix.open(document, posix.O_RDONLY)
    posix.posix_fadvise(file, 0, 0, posix.POSIX_FADV_SEQUENTIAL)
    buffer = bytearray(posix.fstat(file).st_size)
    posix.readv(file, [buffer])
    posix.close(file)
    return bytes(buffer)


def left(path, line):
    file = posix.open(path, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o644)
    posix.write(file, line)
    posix.close(file)


def translated(language):
    peer = connect(service)
    peer.sendall(b"TO %s\n" % language + text())
    time.sleep(seconds / 4)
    ended(peer)


if how == "broken":
    for attempt in range(3):
        try:
            peer = connect(service)
            peer.sendall(text())
            ended(peer)
            break
        except OSError:  # reset, or not connected any more
            time.sleep(seconds)
    else:
        sys.exit(4)
    left(f"/home/agent/Desktop/{name}-fr.txt", "Inventé.\n".encode())
elif how == "languages":
    children = []
    for language in (b"fr", b"it", b"es"):
        children.append(posix.fork())
        if children[-1] == 0:
            translated(language)
            left(f"{document}.{language.decode()}", b"Made up, in another language.\n")
            posix._exit(0)
    if any([posix.waitpid(child, 0)[1] for child in children]):
        sys.exit(3)
else:
    sys.exit(2)
