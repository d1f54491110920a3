#!/usr/bin/python3 -IS
"""One process opens, another uses: passed-on.py file DOCUMENT OTHER ADDRESS:PORT | line ADDRESS:PORT SOCKET COMMAND...

file: an agent translates a document by a helper, to which it hands descriptors by an unnamed pair of sockets, and hands it one more · line: a helper connects
to a host and hands the connection over at SOCKET; who takes it gives it to a program as the place where it writes
"""
import os, socket, subprocess, sys, time


def place(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def helper(pair, address):
    while True:
        _, (taken, *_), _, _ = socket.recv_fds(pair, 16, 1)
        with socket.create_connection(place(address)) as service:
            while part := os.read(taken, 512):
                service.sendall(part)
            service.shutdown(socket.SHUT_WR)
            answer = service.recv(64)
        os.close(taken)
        pair.sendall(answer)


def file(document, other, address):
    near, far = socket.socketpair()
    child = os.fork()
    if child == 0:
        near.close()
        try:
            helper(far, address)
        finally:
            os._exit(0)
    far.close()
    for path in (document, other):
        opened = os.open(path, os.O_RDONLY)
        socket.send_fds(near, [b"text"], [opened])
        os.close(opened)
        if near.recv(64) != b"ok\n":
            sys.exit("passed-on: no answer")
    near.close()
    os.waitpid(child, 0)


def line(address, path, *command):
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()
    child = os.fork()
    if child == 0:
        link = socket.socket(socket.AF_UNIX)
        link.connect(path)
        with socket.create_connection(place(address)) as outside:
            socket.send_fds(link, [b"line"], [outside.fileno()])
            link.recv(4)
            outside.shutdown(socket.SHUT_WR)
            os._exit(0 if outside.recv(64) == b"ok\n" else 1)
    link, _ = door.accept()
    _, (taken, *_), _, _ = socket.recv_fds(link, 16, 1)
    time.sleep(0.2)
    status = subprocess.run(command, stdout=taken).returncode
    os.close(taken)
    link.sendall(b"done")
    os.unlink(path)
    sys.exit(status or os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


{"file": file, "line": line}[sys.argv[1]](*sys.argv[2:])
