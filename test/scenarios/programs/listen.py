"""listen.py FILE ADDRESS PORT: reads a file, then listens."""
import _socket, posix, sys

posix.read(posix.open(sys.argv[1], posix.O_RDONLY), 65536)
door = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
door.bind((sys.argv[2], int(sys.argv[3])))
door.listen(1)
