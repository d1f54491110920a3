"""habits.py HABIT FILE TO: what ordinary programs do on the way; FILE is sent to HOST:PORT at the end, in part.

socket: to a helper of its own, by a UNIX socket that has a name · port: to a helper of its own, over loopback · bound: after a lookup
by a socket that took an address first, as dig and musl do
"""
import _socket, posix, sys

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

habit, path, to = sys.argv[1:4]


def helped(family, address):
    """The file goes to a child that listens, and the child sends it on."""
    door = _socket.socket(family, _socket.SOCK_STREAM)
    door.bind(address)
    door.listen(1)
    address = door.getsockname()
    child = posix.fork()
    if child == 0:
        number, _ = door._accept()
        caller = _socket.socket(fileno=number)
        data = b""
        while part := caller.recv(65536):
            data += part
        peer = connect(to)
        peer.sendall(data[:64])
        ended(peer)
        posix._exit(0)
    door.close()
    with open(path, "rb", buffering=0) as file:
        data = file.read(65536)
    helper = _socket.socket(family, _socket.SOCK_STREAM)
    helper.connect(address)
    helper.sendall(data)
    helper.close()
    if posix.waitpid(child, 0)[1]:
        sys.exit(3)


def socket():
    helped(_socket.AF_UNIX, "/run/helper.sock")


def port():
    helped(_socket.AF_INET, ("127.0.0.1", 0))


def bound():
    with open(path, "rb", buffering=0) as file:
        data = file.read(65536)
    link = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    link.bind(("0.0.0.0", 0))
    asked("api.example.com", A, AAAA, link=link)
    peer = connect(to)
    peer.sendall(data[:64])
    ended(peer)


{each.__name__: each for each in (socket, port, bound)}[habit]()
