"""lockfile.py COUNT FOLDER: a package manager that keeps what it fetched in a cache of its own, and links it into the project (as
pnpm does); one connection for all, after the registry did not say anything on the first."""
import _sha256, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

count, folder = int(sys.argv[1]), sys.argv[2]
CACHE = "/home/agent/.cache/packages"
REGISTRY = "198.51.100.20:443"


def made(path):
    at = ""
    for part in path.split("/")[1:]:
        at += f"/{part}"
        try:
            posix.mkdir(at)
        except FileExistsError:
            pass


asked("registry.example.com", A, AAAA)
made(CACHE)
made(folder)
connect(REGISTRY).close()
time.sleep(0.6)
peer, lines = connect(REGISTRY), []
for number in range(count):
    peer.sendall(b"GET /part-%d\nIf-None-Match: nothing\n" % number)
answer = ended(peer)
for number in range(count):
    content = answer + b"part %d\n" % number
    name = _sha256.sha256(content).hexdigest()
    file = posix.open(f"{CACHE}/{name}.new", posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o644)
    posix.write(file, content)
    posix.fsync(file)
    posix.close(file)
    posix.rename(f"{CACHE}/{name}.new", f"{CACHE}/{name}")
    posix.link(f"{CACHE}/{name}", f"{folder}/part-{number}.c")
    lines.append(f"part-{number} {name}\n".encode())
file = posix.open(f"{folder}/packages.lock", posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC, 0o644)
posix.writev(file, lines)
posix.close(file)
