"""A tool-using agent, reduced to its uses: each argument is one, done in order.

read=PATH readall=FOLDER mmap=PATH copy=PATH,PATH summary send=HOST:PORT sendfile=PATH,HOST:PORT get=HOST:PORT,PATH
chmod=PATH run=PATH listen=PORT wait=SECONDS transfer=PATH,PATH pieces=HOST:PORT udp=HOST:PORT apart=HOST:PORT ask=HOST:PORT,NAME bound=HOST:PORT,NAME write=PATH first=HOST:PORT. `send`
sends what was read so far, after `summary` its first 64 bytes; `pieces` sends 16 bytes a connection, `udp` 24 a datagram, `apart`
each of these by a socket of its own; `ask` asks for both addresses of a name, `bound` from a port that it takes before; `write` adds
it to a file; `first` sends it with the first packet and asks for no connection; `transfer` has the kernel copy one.
"""
import _socket, posix, sys, time  # the small built-in modules: what they import does not fill the recording

data = b""


def connect(address):
    host, port = address.rsplit(":", 1)
    peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    peer.connect((host, int(port)))
    return peer


for use in sys.argv[1:]:
    verb, _, value = use.partition("=")
    first, _, second = value.partition(",")
    if verb == "read":
        with open(first, "rb", buffering=0) as file:
            data += file.read(65536)
    elif verb == "readall":
        for name in sorted(posix.listdir(first)):
            with open(f"{first}/{name}", "rb", buffering=0) as file:
                data += file.read(65536)
    elif verb == "mmap":
        import mmap

        with open(first, "rb", buffering=0) as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as view:
            data += view[:]
    elif verb == "first":
        host, port = first.rsplit(":", 1)
        _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM).sendto(data, _socket.MSG_FASTOPEN, (host, int(port)))
    elif verb == "summary":
        data = data[:64]
    elif verb == "copy":
        with open(first, "rb", buffering=0) as source, open(second, "wb", buffering=0) as target:
            target.write(source.read(65536))
    elif verb == "transfer":
        with open(first, "rb", buffering=0) as source, open(second, "wb", buffering=0) as target:
            posix.copy_file_range(source.fileno(), target.fileno(), 65536)
    elif verb == "send":
        peer = connect(first)
        peer.sendall(data)
        peer.close()
    elif verb == "pieces":
        for at in range(0, len(data), 16):
            peer = connect(first)
            peer.sendall(data[at : at + 16])
            peer.close()
            time.sleep(0.02)
    elif verb == "udp":
        host, port = first.rsplit(":", 1)
        names = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
        for at in range(0, len(data), 24):
            names.sendto(data[at : at + 24], (host, int(port)))
        names.close()
    elif verb == "apart":
        host, port = first.rsplit(":", 1)
        for at in range(0, len(data), 24):
            names = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
            names.sendto(data[at : at + 24], (host, int(port)))
            names.close()
    elif verb in ("ask", "bound"):
        host, port = first.rsplit(":", 1)
        labels = b"".join(bytes([len(one)]) + one.encode() for one in second.split("."))
        names = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
        if verb == "bound":
            names.bind(("0.0.0.0", 0))
        for kind in (1, 28):  # A, AAAA (RFC 1035, RFC 3596)
            query = bytes([0, kind, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]) + labels + bytes([0, 0, kind, 0, 1])
            names.sendto(query, (host, int(port)))
        names.close()
    elif verb == "write":
        with open(first, "ab", buffering=0) as file:
            file.write(data)
    elif verb == "empty":
        open(first, "wb", buffering=0).close()
    elif verb == "sendfile":
        with open(first, "rb", buffering=0) as file:
            peer = connect(second)
            posix.sendfile(peer.fileno(), file.fileno(), 0, 65536)
            peer.close()
    elif verb == "get":
        peer = connect(first)
        peer.sendall(b"GET\n")
        with open(second, "wb", buffering=0) as file:
            file.write(peer.recv(65536))
        peer.close()
    elif verb == "chmod":
        posix.chmod(first, 0o755)
    elif verb == "run":
        posix.waitpid(posix.posix_spawn(first, [first], {}), 0)
    elif verb == "listen":
        peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        peer.bind(("0.0.0.0", int(first)))
        peer.listen(1)
        peer.close()
    elif verb == "wait":
        time.sleep(float(first))
    else:
        sys.exit(f"no such use: {use}")
