#!/usr/bin/python3 -I
"""Hosts that are there for one run, and what lies there before it; not recorded: hosts.py WHAT...

answers=ADDRESS:PORT,SECONDS: a service that takes its time for each part that it answers, to one caller · collects=ADDRESS:PORT,BYTES:
takes so many bytes from whoever connects, later perhaps than the run's first program ends · counts=ADDRESS:PORT,BYTES: the same by
datagrams · takes=ADDRESS:PORT: a web server to which something is uploaded · packed=PATH,TEXT-FILE: a file packed by gzip ·
new-mails=COUNT: mails that nobody has seen · old=PATH: a letter in Latin-1. All else is put there by prepare.py.
It ends with 0 when all that these wait for has come.
"""
import gzip, http.server, os, socket, subprocess, sys, threading, time


def place(address):
    host, port = address.rsplit(":", 1)
    return host, int(port)


def answers(address, seconds):
    door = socket.create_server(place(address))
    yield
    link, _ = door.accept()
    with link:
        while part := link.recv(4096):
            time.sleep(float(seconds))
            link.sendall(part.upper())


def collects(address, size):
    door, got = socket.create_server(place(address)), 0
    yield
    while got < int(size):
        link, _ = door.accept()
        with link:
            while part := link.recv(65536):
                if got == 0:
                    link.sendall(b"ok\n")
                got += len(part)


def counts(address, size):
    door, got = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0
    door.bind(place(address))
    yield
    while got < int(size):
        part, who = door.recvfrom(2048)
        got += len(part)
        door.sendto(b"ok", who)


def upload_server(address):
    """A web server and what was uploaded to it so far."""
    got = []

    class Taker(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            got.append(self.rfile.read(int(self.headers["Content-Length"] or 0)))
            self.send_response(200)
            self.send_header("Content-Length", "3")
            self.end_headers()
            self.wfile.write(b"ok\n")

        do_POST = do_PUT

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(place(address), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return got


def takes(address, _):
    got = upload_server(address)
    yield
    while not any(got):
        time.sleep(0.1)
    time.sleep(0.3)  # until the answer is out


def packed(path, source):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(source, "rb") as text, gzip.open(path, "wb") as file:
        file.write(text.read() * 40)


def new_mails(count, _):
    folder = "/home/agent/Maildir/new"
    os.makedirs(folder)
    for at in range(int(count)):
        with open(f"{folder}/17675{at:05}.M{at}P300.web-1", "w") as file:
            file.write(f"From: customer{at}@example.com\nTo: agent@example.com\nSubject: Delivery {at}\n\nWhere is it? It was made up.\n")


def old(path, _):
    with open(path, "w", encoding="latin-1") as file:
        file.writelines(f"Grüße, Zeile {at}: erfunden, für niemanden geschrieben.\n" for at in range(9 + len(path) % 7))


PUT = {"packed": packed, "new-mails": new_mails, "old": old}
GOES_ON = {each.__name__: each for each in (answers, collects, counts, takes)}


def set_up(uses, put, goes_on, ready):
    """Puts there or begins what each of `uses` (NAME=VALUE,VALUE) names, says so by the file `ready`, and goes on with what goes on."""
    going_on = []
    for use in uses:
        what, _, value = use.partition("=")
        first, _, second = value.partition(",")
        if what in goes_on:
            going_on.append(goes_on[what](first, second))
            next(going_on[-1])
        elif what in put:
            put[what](first, second)
        else:
            subprocess.run(["/opt/agent/prepare.py", use], check=True)
    with open(ready, "w"):
        pass
    for each in going_on:
        next(each, None)


if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/hosts.py")
