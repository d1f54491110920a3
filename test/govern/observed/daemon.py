"""Opens its log, gives it to another user, binds a low port, becomes that user; opens the log anew on SIGHUP."""
import os
import signal
import socket
import sys

folder, port, user = sys.argv[1], int(sys.argv[2]), 65534
log = os.path.join(folder, 'log', 'daemon.log')


def opened():
    return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


out = opened()
os.fchown(out, user, user)
os.chown(os.path.dirname(log), user, user)
server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', port))
server.listen()
os.setgroups([])
os.setgid(user)
os.setuid(user)


def reopen(*_):
    global out
    os.close(out)
    out = opened()
    os.write(out, b'reopened\n')


signal.signal(signal.SIGHUP, reopen)
print('ready', flush=True)
while True:
    peer, _ = server.accept()
    peer.sendall(b'hello\n')
    peer.close()
