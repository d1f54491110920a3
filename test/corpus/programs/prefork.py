#!/usr/bin/python3 -IS
"""prefork.py SOCKET HOST:PORT SECONDS FILE...: a pool of one worker, which was started first and is handed open files, three by one message, by a
socket with a name; it opens nothing itself and sends what it can read. The parent opens and connects to nobody but the worker."""
import _socket, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

name, address, seconds, *files = sys.argv[1:]
door = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
door.bind(name)
door.listen(1)
if posix.fork() == 0:
    door.close()
    link, peer = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET), connect(address)
    link.connect(name)
    while True:
        said, extra, _, _ = link.recvmsg(16, _socket.CMSG_SPACE(12))
        if not said:
            break
        for _, _, data in extra:
            for at in range(0, len(data), 4):
                one = int.from_bytes(data[at : at + 4], sys.byteorder)
                while part := posix.read(one, 4096):
                    peer.sendall(part)
                posix.close(one)
    ended(peer)
    posix._exit(0)
descriptor, _ = door._accept()
link = _socket.socket(fileno=descriptor)
for at in range(0, len(files), 3):
    handed = [posix.open(each, posix.O_RDONLY) for each in files[at : at + 3]]
    data = b"".join(one.to_bytes(4, sys.byteorder) for one in handed)
    link.sendmsg([b"next"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, data)])
    for one in handed:
        posix.close(one)
    time.sleep(float(seconds))
link.close()
sys.exit(posix.waitstatus_to_exitcode(posix.wait()[1]))
