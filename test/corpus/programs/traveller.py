#!/usr/bin/python3 -IS
"""Somebody who works over the SSH daemon from changing places; not recorded: traveller.py WHAT [VALUE]

keys: logs in by keys of other kinds, with other ciphers and packed · torn: the connection is gone while a file is on its way, which is
then brought to its end; documents are fetched meanwhile
door PORT: has the daemon open a port on its host, by which somebody there reaches the traveller · renamed PATH: a file is fetched under
another name, and gets its own back
"""
import os, shutil, socket, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys
from person import PID, leave, sftp


def keys(number):
    for kind, size in (("rsa", "2048"), ("ecdsa", "256")):
        run("ssh-keygen", "-q", "-t", kind, "-b", size, "-N", "", "-f", f"{OWN}/{kind}")
        with open(f"{OWN}/{kind}.pub") as public, open("/home/agent/.ssh/authorized_keys", "a") as allowed:
            allowed.write(public.read())
    for at, (kind, cipher) in enumerate((("rsa", "aes128-ctr"), ("ecdsa", "aes256-gcm@openssh.com"), ("key", "chacha20-poly1305@openssh.com"))):
        way = ["-F", "none", *KNOWN, "-i", f"{OWN}/{kind}", "-C", "-c", cipher]
        run("sftp", *way, "-q", "-P", "2222", "-b", "-", PERSON, text=f"ls -l\nput {OWN}/note trip-{at}.txt\nget documents/travel.txt {OWN}/travel\n")
        time.sleep(0.2 * int(number))
    leave(subprocess.Popen(["ssh", *way, "-o", "ServerAliveInterval=1", "-N", "-p", "2222", PERSON], stdin=subprocess.DEVNULL), 1.5)


def torn(number):
    with open(f"{OWN}/film", "wb") as file:
        file.write(os.urandom(1024) * (600 + 200 * int(number)))
    there = "/home/agent/film.bin"
    broken = subprocess.Popen(["scp", *COPY, "-l", "2400", f"{OWN}/film", f"{PERSON}:film.bin"], stderr=subprocess.DEVNULL)
    for _ in range(100):
        time.sleep(0.05)
        if os.path.exists(there) and os.path.getsize(there) > 1000:
            break
    broken.kill()
    broken.wait()
    sftp(f"get documents/handbook.txt {OWN}/handbook", f"get documents/plan-q1.txt {OWN}/plan")
    sftp(f"reput {OWN}/film film.bin", "ls -l film.bin")
    with open(there, "rb") as here, open(f"{OWN}/film", "rb") as whole:
        if here.read() != whole.read():
            sys.exit("traveller: the film is not whole")


def door(port):
    home = socket.create_server(("127.0.0.1", 9381))
    session = subprocess.Popen(["ssh", *LOGIN, "-N", "-R", f"127.0.0.1:{port}:127.0.0.1:9381", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    for _ in range(100):
        time.sleep(0.05)
        try:
            inside = socket.create_connection(("127.0.0.1", int(port)))
            break
        except OSError:
            pass
    else:
        sys.exit("traveller: there is no door")
    link, _ = home.accept()
    link.sendall(b"made up, from outside\n")
    if b"from outside" not in inside.recv(64):
        sys.exit("traveller: nothing came in")
    inside.close()
    link.close()
    leave(session, 0.2)


def renamed(path):
    shutil.copy(path, f"{OWN}/before")
    for line in (f"rename {path} tool/NEWS", f"get tool/NEWS {OWN}/got", f"rename tool/NEWS {path}"):
        sftp(line)
        time.sleep(0.4)
    with open(f"{OWN}/got") as got, open(f"{OWN}/before") as before:
        if got.read() != before.read():
            sys.exit("traveller: that is something else")


USES = {each.__name__: each for each in (keys, torn, door, renamed)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("traveller.py", ssh_keys, PID, lambda: USES[what](value))
