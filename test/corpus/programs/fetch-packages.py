"""fetch-packages.py COUNT FOLDER: a package manager, reduced to its uses: children fetch packages from the registry side by side,
another checks them, and what was fetched is written into a lock file."""
import posix, sys

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

count, folder = int(sys.argv[1]), sys.argv[2]


def fetched(number):
    peer = connect("198.51.100.20:443")
    peer.sendall(b"GET /package-%d.tgz\n" % number)
    with open(f"{folder}/.package-{number}.part", "wb", buffering=0) as file:
        file.write(ended(peer))
    posix.rename(f"{folder}/.package-{number}.part", f"{folder}/package-{number}.tgz")


def succeeded(children):
    if any([posix.waitpid(child, 0)[1] for child in children]):
        sys.exit(3)


asked("registry.example.com", A, AAAA)
posix.mkdir(folder)
children = []
for number in range(count):
    children.append(posix.fork())
    if children[-1] == 0:
        fetched(number)
        posix._exit(0)
succeeded(children)
sums = ["/usr/bin/sha256sum", *(f"{folder}/package-{number}.tgz" for number in range(count))]
lock = (posix.POSIX_SPAWN_OPEN, 1, f"{folder}/lock.new", posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o644)
succeeded([posix.posix_spawn(sums[0], sums, {}, file_actions=[lock])])
posix.rename(f"{folder}/lock.new", f"{folder}/lock")
