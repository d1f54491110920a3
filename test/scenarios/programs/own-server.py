"""Listens on HOST:PORT, or on a UNIX socket at PATH, connects there and says something: own-server.py HOST:PORT|PATH"""
import _socket, sys

(address,) = sys.argv[1:]
host, _, port = address.rpartition(":")
family, at = (_socket.AF_INET, (host, int(port))) if host else (_socket.AF_UNIX, address)
server = _socket.socket(family, _socket.SOCK_STREAM)
server.bind(at)
server.listen(1)
peer = _socket.socket(family, _socket.SOCK_STREAM)
peer.connect(at)
peer.sendall(b"made up")
