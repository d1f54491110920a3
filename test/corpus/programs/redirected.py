"""redirected.py FILE HOST:PORT SECONDS: asks a service to translate a file; told to go to another address, it goes there with it."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

path, service, seconds = sys.argv[1:]
peer = connect(service)
peer.sendall(b"POST /translation\nExpect: 100-continue\nContent-Length: %d\n\n" % posix.stat(path).st_size)
status, _, other = ended(peer).decode().strip().partition(" ")
if status != "301":
    sys.exit(3)
time.sleep(float(seconds))
peer = connect(other)
with open(path, "rb", buffering=0) as file:
    while part := file.read(64):
        peer.sendall(part)
ended(peer)
