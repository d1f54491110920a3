"""sender.py HOST:PORT: sends what it gets by standard input to a peer, and makes sure that it arrived."""
import posix, sys

sys.path.append("/opt/agent")
from peer import connect, ended

peer = connect(sys.argv[1])
while part := posix.read(0, 65536):
    peer.sendall(part)
ended(peer)
