#!/usr/bin/python3 -IS
"""compiler-server.py stay SOCKET: stays when the build has ended, waits for somebody at the socket, opens the file that they name, and hands that over
compiler-server.py ask SOCKET FILE HOST:PORT: asks it for a file, and sends that to somebody"""
import _socket, posix, sys

sys.path.append("/opt/agent")
from peer import connect, ended

what, name, *rest = sys.argv[1:]
link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
if what == "stay":
    if posix.fork():
        posix._exit(0)
    posix.setsid()
    link.bind(name)
    link.listen(1)
    descriptor, _ = link._accept()
    asker = _socket.socket(fileno=descriptor)
    one = posix.open(asker.recv(4096).decode(), posix.O_RDONLY)
    asker.sendmsg([b"here"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, one.to_bytes(4, sys.byteorder))])
    asker.close()
else:
    path, address = rest
    link.connect(name)
    link.sendall(path.encode())
    _, extra, _, _ = link.recvmsg(16, _socket.CMSG_SPACE(4))
    one = int.from_bytes(extra[0][2][:4], sys.byteorder)
    peer = connect(address)
    while part := posix.read(one, 100):
        peer.sendall(part)
    ended(peer)
