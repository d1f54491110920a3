"""ask.py SOCKET: connects to a UNIX socket and asks for something."""
import _socket, sys

link = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
link.connect(sys.argv[1])
link.sendall(b"GET /containers/json HTTP/1.0\r\n\r\n")
link.recv(64)
