"""Stands in for git push over ssh: starts a child under the name ssh, which reads the key, connects to the git host
and sends. Real are the processes, the key file, the connection and the bytes; the protocol is not."""
import _socket, posix, sys

if sys.argv[1:] == ["ssh"]:
    key = posix.open("/home/agent/.ssh/id_ed25519", posix.O_RDONLY)
    posix.read(key, 65536)
    posix.close(key)
    peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    peer.connect(("192.0.2.22", 22))
    peer.sendall(b"SSH-2.0-stand-in\r\n")
    peer.recv(64)
    peer.sendall(b"signed with the key, then the pack\n")
    sys.exit(0)
python = "/usr/bin/python3"
posix.waitpid(posix.posix_spawn(python, ["ssh", "-I", "-S", sys.argv[0], "ssh"], {}), 0)
