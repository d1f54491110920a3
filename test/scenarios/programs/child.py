"""child.py FILE HOST:PORT: reads a file and writes it into a pipe; a forked child reads the pipe and sends it."""
import _socket, posix, sys

file, address = sys.argv[1:3]
reader, writer = posix.pipe()
child = posix.fork()
if child == 0:
    posix.close(writer)
    data = posix.read(reader, 65536)
    host, port = address.rsplit(":", 1)
    peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    peer.connect((host, int(port)))
    peer.sendall(data)
    posix._exit(0)
posix.close(reader)
source = posix.open(file, posix.O_RDONLY)
posix.write(writer, posix.read(source, 65536))
sys.exit(posix.waitpid(child, 0)[1] != 0)
