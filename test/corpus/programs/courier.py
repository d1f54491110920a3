"""courier.py push FOLDER | signed FOLDER SIGNATURE: stands in for git push over ssh, in the order in which ssh works: the name is asked
for, the connection is there, and only then its settings and the key are read. What is pushed is a bundle by the real git, whose output
goes through a pipe. `signed`: the key is with an agent of keys, and what that signed is sent."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

how, folder = sys.argv[1:3]
SSH = "/home/agent/.ssh"


def whole(path):
    file = posix.open(path, posix.O_RDONLY)
    data = posix.read(file, 65536)
    posix.close(file)
    return data


asked("git.example.com", A, AAAA)
peer = connect("192.0.2.22:22")
peer.sendall(b"SSH-2.0-stand-in_2\r\n")
said = peer.recv(64)
for name in ("config", "known_hosts"):
    whole(f"{SSH}/{name}")
if how == "signed":
    peer.sendall(whole(sys.argv[3]))
else:
    peer.sendall(b"signed with a key of %d bytes\n" % len(whole(f"{SSH}/id_ed25519")))
reader, writer = posix.pipe()
command = ["/usr/bin/git", "-C", folder, "bundle", "create", "-q", "-", "--all"]
moves = [(posix.POSIX_SPAWN_DUP2, writer, 1), (posix.POSIX_SPAWN_CLOSE, reader), (posix.POSIX_SPAWN_CLOSE, writer)]
child = posix.posix_spawn(command[0], command, {"PATH": "/usr/bin", "HOME": "/home/agent"}, file_actions=moves)
posix.close(writer)
size = 0
while part := posix.read(reader, 2048):
    peer.sendall(part)
    size += len(part)
    time.sleep(0.02)
if posix.waitpid(child, 0)[1] or size == 0:
    sys.exit(3)
ended(peer, said)
