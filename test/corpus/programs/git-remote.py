"""git-remote.py fetch|push|again FOLDER: stands in for git with a remote over ssh. What is pushed is a bundle that the real git makes;
a child under the name ssh reads its settings, then the key, and gets the bundle by a pipe. `again`: pushed at the second attempt."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

how, folder = sys.argv[1:3]
SSH = "/home/agent/.ssh"


def whole(name):
    with open(f"{SSH}/{name}", "rb", buffering=0) as file:
        return file.read()


def ssh():
    for name in posix.listdir(SSH):
        if name in ("config", "known_hosts"):
            whole(name)
    key = whole("id_ed25519")
    peer = connect("192.0.2.22:22")
    peer.sendall(b"SSH-2.0-stand-in\r\n")
    said = peer.recv(64)
    peer.sendall(b"signed with a key of %d bytes\n" % len(key))
    while part := posix.read(0, 65536):
        peer.sendall(part)
    ended(peer, said)


def connected(source):
    """ssh, as a child that reads there."""
    python = "/usr/bin/python3"
    command = ["ssh", "-I", "-S", "/opt/agent/git-remote.py", "ssh", folder]
    child = posix.posix_spawn(python, command, {}, file_actions=[(posix.POSIX_SPAWN_DUP2, source, 0)])
    posix.close(source)
    return child


def succeeded(*children):
    if any([posix.waitpid(child, 0)[1] for child in children]):
        sys.exit(3)


def fetch():
    succeeded(connected(posix.open("/dev/null", posix.O_RDONLY)))


if how == "ssh":
    ssh()
    sys.exit(0)
fetch()
if how == "again":
    time.sleep(0.8)
    fetch()
if how != "fetch":
    reader, writer = posix.pipe()
    command = ["/usr/bin/git", "-C", folder, "bundle", "create", "-q", "-", "--all"]
    moves = [(posix.POSIX_SPAWN_DUP2, writer, 1), (posix.POSIX_SPAWN_CLOSE, reader), (posix.POSIX_SPAWN_CLOSE, writer)]
    bundle = posix.posix_spawn(command[0], command, {"PATH": "/usr/bin", "HOME": "/home/agent"}, file_actions=moves)
    posix.close(writer)
    succeeded(bundle, connected(reader))
