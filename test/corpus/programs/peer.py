"""The peers of the world, for programs of the corpus: reached by `connect`; `ended` makes sure that all has arrived there."""
import _socket, sys


def connect(address):
    host, port = address.rsplit(":", 1)
    peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    peer.connect((host, int(port)))
    return peer


def ended(peer, said=b""):
    """A peer answers once (`said`, if that was read) and closes when it has read all; else the program ends with 9, or by a reset."""
    peer.shutdown(_socket.SHUT_WR)
    while part := peer.recv(65536):
        said += part
    peer.close()
    if not said:
        sys.exit(9)
    return said
