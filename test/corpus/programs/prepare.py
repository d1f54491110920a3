#!/usr/bin/python3 -IS
"""Puts into the world what was there before a run, and is not recorded: prepare.py WHAT...

large=PATH,KIB empty=PATH zip=PATH,TEXT-FILE mails=COUNT login-archive=PATH repository=FOLDER relay=ADDRESS:PORT
service=ADDRESS:PORT,SECONDS caller=PORT; the last three go on beside it: a program of nobody's task that passes on what it gets by
/run/relay, a service that starts late, and who calls a port of this host and must get something.
"""
import os, socket, subprocess, sys, time, zipfile

LINE = "Made up, line {} of what nobody wrote about nothing.\n"


def written(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def mail(number):
    return f"From: somebody{number}@example.com\nTo: agent@example.com\nSubject: Order {number}\n\n" + LINE.format(number) * (3 + number % 5)


def put(what, first, second):
    if what == "large":
        written(first, "".join(LINE.format(at) for at in range(int(second) * 1024 // len(LINE))))
    elif what == "empty":
        written(first, "")
    elif what == "zip":
        with zipfile.ZipFile(first, "w", zipfile.ZIP_DEFLATED) as package, open(second) as text:
            package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            package.writestr("content.xml", f"<text>{text.read()}</text>")
    elif what == "mails":
        for at in range(int(first)):
            written(f"/home/agent/Maildir/cur/17673{at:05}.M{at}P{200 + at}.web-1:2,S", mail(at))
    elif what == "login-archive":
        written("/tmp/home/.ssh/authorized_keys", "ssh-ed25519 AAAAmade-up-and-of-no-use somebody@example.com\n")
        subprocess.run(["tar", "-cf", first, "-C", "/tmp/home", ".ssh/authorized_keys"], check=True)
    elif what == "repository":
        # Who does not say who they are has git ask a resolver for the name of the host.
        who = (["config", "user.name", "a"], ["config", "user.email", "a@example.com"])
        for command in (["init", "-q", "-b", "main"], *who, ["add", "-A"], ["commit", "-qm", "As it was"]):
            subprocess.run(["git", "-C", first, *command], check=True)
    else:
        sys.exit(f"prepare: what is {what}?")


def listening(address):
    host, port = address.rsplit(":", 1)
    return socket.create_server((host, int(port)))


def relay(address, _):
    host, port = address.rsplit(":", 1)
    door = socket.socket(socket.AF_UNIX)
    door.bind("/run/relay")
    door.listen()
    yield
    link, _ = door.accept()
    with link, socket.create_connection((host, int(port))) as peer:
        while part := link.recv(65536):
            peer.sendall(part)
        peer.shutdown(socket.SHUT_WR)
        while part := peer.recv(64):
            link.sendall(part)


def service(address, seconds):
    yield
    time.sleep(float(seconds))
    link, _ = listening(address).accept()
    with link:
        while link.recv(65536):
            link.sendall(b"ok\n")


def caller(port, _):
    yield
    for _ in range(500):
        try:
            link = socket.create_connection(("192.0.2.15", int(port)), source_address=("203.0.113.66", 40000))
            break
        except OSError:
            time.sleep(0.02)
    with link:
        link.sendall(b"?")
        got = b""
        while part := link.recv(65536):
            got += part
        link.sendall(b"ok\n" if got else b"")


BESIDE = {"relay": relay, "service": service, "caller": caller}
going_on = []
for use in sys.argv[1:]:
    what, _, value = use.partition("=")
    first, _, second = value.partition(",")
    if what in BESIDE:
        going_on.append(BESIDE[what](first, second))
        next(going_on[-1])
    else:
        put(what, first, second)
with open("/run/prepare.py", "w"):
    pass
for each in going_on:
    next(each, None)
