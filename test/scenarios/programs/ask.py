"""ask.py SOCKET [FILE]: connects to a UNIX socket and asks for something, or hands a file on."""
import _socket, sys

link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
link.connect(sys.argv[1])
said = b"GET /containers/json HTTP/1.0\r\n\r\n"
if len(sys.argv) > 2:
    with open(sys.argv[2], "rb", buffering=0) as file:
        said = file.read(65536)
link.sendall(said)
link.recv(64)
