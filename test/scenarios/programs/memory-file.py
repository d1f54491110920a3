"""memory-file.py yes|no HOST:PORT: may read the memory of the holder (a process beside it) through /proc, then sends."""
import _socket, posix, sys

data = b"hello"
with open("/run/holder") as note:
    pid, address = note.read().split()
if sys.argv[1] == "yes":
    memory = posix.open(f"/proc/{pid}/mem", posix.O_RDONLY)
    data = posix.pread(memory, 32, int(address, 16))
host, port = sys.argv[2].rsplit(":", 1)
peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
peer.connect((host, int(port)))
peer.sendall(data)
