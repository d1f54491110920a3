"""Connects to HOST:PORT by port 9999, and then reads a file and sends it there: own-port.py FILE HOST:PORT"""
import _socket, sys

path, address = sys.argv[1:]
host, port = address.rsplit(":", 1)
peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
peer.bind((host, 9999))
peer.connect((host, int(port)))
with open(path, "rb", buffering=0) as file:
    peer.sendall(file.read())
peer.shutdown(_socket.SHUT_WR)
while peer.recv(65536):
    pass
