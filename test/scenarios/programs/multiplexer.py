#!/usr/bin/python3 -IS
"""A program of the same person that somebody else started and that does what it is asked to at PATH: multiplexer.py PATH. Not recorded."""
import _socket, posix, sys

(path,) = sys.argv[1:]
folder = path.rpartition("/")[0]
posix.mkdir(folder, 0o700)
server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
server.bind(path)
server.listen(1)
with open("/run/multiplexer.py", "w"):
    pass
number, _ = server._accept()
peer = _socket.socket(fileno=number)
peer.recv(65536)
peer.sendall(b"done\n")
