#!/usr/bin/python3 -IS
"""Somebody who reads the wiki, and who looks after it; not recorded: reader.py WHAT [VALUE]

deployed: new pages take the place of old ones while people read · hurried: many pages by several at once, some of them too fast, packed
pages, large ones slowly, and what has not changed
moved PATH: a file becomes a page under another name · engine SOCKET: the daemon that makes containers is asked to make one
"""
import os, shutil, socket, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from client import OWN, attend, run, web_keys
from visitor import PID, SITE, get, must_have_got

WWW = "/var/www"


def deployed(number):
    def version(at):
        os.mkdir(f"{WWW}/v{at}")
        for page in ("index", "help", "terms"):
            with open(f"{WWW}/v{at}/{page}.html", "w") as file:
                file.write(f"<h1>{page}</h1> version {at}, made up\n" * (10 + 20 * int(number)))
        os.symlink(f"v{at}", f"{WWW}/next")
        os.rename(f"{WWW}/next", f"{WWW}/current")

    for at in range(1, 3 + int(number) % 2):
        version(at)
        for page in ("", "help", "terms.html", "help.html"):
            get(f"/current/{page}")
            must_have_got(f"version {at}")
            time.sleep(0.1)
    shutil.rmtree(f"{WWW}/v1")
    get("/v1/help", ends=(22,))
    get("/current/help")


def hurried(number):
    os.mkdir(f"{WWW}/large")
    with open(f"{WWW}/large/film.bin", "wb") as file:
        file.write(os.urandom(1 << 16) * (4 + int(number)))
    with open(f"{WWW}/handbook.html", "w") as file:
        file.write("<p>Made up.</p>\n" * 300)
    run("gzip", "-k", f"{WWW}/handbook.html")
    slow = subprocess.Popen(["curl", "-sfk", "-m", "20", "-o", "/dev/null", f"{SITE}/large/film.bin"])
    pages = [f"{SITE}/{page}" for page in ("index", "about", "handbook", "news/january", "logo.svg", "prices")]
    many = [word for page in pages * (1 + int(number)) for word in (page, "-o", "/dev/null")]
    run("curl", "-sk", "--compressed", "-m", "10", "-Z", "--parallel-max", "4", *many)
    time.sleep(1)
    get("/handbook", "--compressed", "-D", f"{OWN}/head")
    time.sleep(1)
    with open(f"{OWN}/head") as head:
        tags = [line.split(": ", 1)[1].strip() for line in head if line.lower().startswith("etag")]
    get("/handbook", "--compressed", "-H", f"If-None-Match: {tags[0]}")
    get("/about", "-0")
    get("/about", "-X", "OPTIONS", ends=(22,))
    if slow.wait(30):
        sys.exit("reader: the film did not come")


def moved(path):
    with open(path) as file:
        text = file.read().strip()
    run("curl", "-sfk", "-X", "MOVE", "-H", f"Destination: {SITE}/var/www/minutes.html", f"{SITE}{path}")
    time.sleep(0.5)
    get("/minutes")
    must_have_got(text)
    if os.path.exists(path):
        sys.exit("reader: the file is where it was")


def engine(path):
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()
    got = []

    def container():
        link, _ = door.accept()
        with link:
            while b"Binds" not in b"".join(got):
                got.append(link.recv(4096))
            link.sendall(b"HTTP/1.0 201 Created\r\nContent-Length: 17\r\n\r\n{\"Id\": \"made-up\"}")

    threading.Thread(target=container, daemon=True).start()
    get("/engine/containers/create", "-d", '{"Image": "made-up", "HostConfig": {"Binds": ["/:/host"]}}')
    must_have_got("made-up")


VISITS = {each.__name__: each for each in (deployed, hurried, moved, engine)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("reader.py", web_keys, PID, lambda: VISITS[what](value))
