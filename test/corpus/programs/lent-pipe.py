#!/usr/bin/python3 -IS
"""lent-pipe.py SOCKET HOST:PORT FOLDER: a helper is handed the end of a pipe by a socket with a name; tar, which knows neither, packs the folder into the
other end, and the helper sends it."""
import _socket, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

name, address, folder = sys.argv[1:]
helper = posix.fork()
link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_DGRAM)
if helper == 0:
    link.bind(name)
    _, extra, _, _ = link.recvmsg(16, _socket.CMSG_SPACE(4))
    one = int.from_bytes(extra[0][2][:4], sys.byteorder)
    peer = connect(address)
    while part := posix.read(one, 8192):
        peer.sendall(part)
    ended(peer)
    posix._exit(0)
while True:
    try:
        link.connect(name)
        break
    except OSError:
        time.sleep(0.05)
end, other = posix.pipe()
posix.set_inheritable(other, True)
link.sendmsg([b"end"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, end.to_bytes(4, sys.byteorder))])
posix.close(end)
tar = posix.posix_spawn("/usr/bin/tar", ["tar", "-cf", f"/proc/self/fd/{other}", folder], dict(posix.environ))
posix.close(other)
for each in (tar, helper):
    if posix.waitpid(each, 0)[1]:
        sys.exit(4)
