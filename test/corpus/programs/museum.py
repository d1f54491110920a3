#!/usr/bin/python3 -IS
"""Somebody who visits the museum's pages, and who looks after their server; not recorded: museum.py WHAT [VALUE]

exhibits: pages in several languages and packings, parts of them, films from the middle, what has not changed since, over the newest and the oldest
HTTP; a room is hung anew meanwhile · gently: the server is told to go when its visitors have, while films are on their way, and is started again
"""
import os, signal, socket, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started, web_keys
from visitor import PID, SITE, get, must_have_got

WWW = "/var/www"
CURL = ("curl", "-sfk", "-m", "15")


def page(name, text):
    os.makedirs(os.path.dirname(f"{WWW}/{name}"), exist_ok=True)
    with open(f"{WWW}/{name}.new", "wb") as file:
        file.write(text)
    os.rename(f"{WWW}/{name}.new", f"{WWW}/{name}")


def hung(number):
    for tongue, word in (("en", "Plan"), ("de", "Lageplan")):
        page(f"plan.{tongue}.html", f"<h1>{word}, made up</h1>\n".encode() * 40)
    for at in range(2 + int(number) % 4):
        page(f"rooms/{at}.txt", f"Room {at}: nobody painted this.\n".encode() * (20 + 30 * at))
    page("films/tour.flv", b"FLV\1\5\0\0\0\x09" + os.urandom(1024) * (600 + 90 * int(number)))


def exhibits(number):
    hung(number)
    for tongue in ("de-AT,de;q=0.9", "fr", "en"):
        get("/plan", "-H", f"Accept-Language: {tongue}", "--compressed", "--http2")
    must_have_got("Plan, made up")
    get("/rooms/")
    must_have_got('"name":"0.txt"')
    get("/rooms/1.txt", "--etag-save", f"{OWN}/etag", "--http1.0")
    get("/rooms/1.txt", "--etag-compare", f"{OWN}/etag")
    page("rooms/1.txt", b"Room 1: hung anew.\n" * 30)
    get("/rooms/1.txt", "--etag-compare", f"{OWN}/etag", "-H", "Accept-Encoding: gzip", "-o", "/dev/null")
    get("/rooms/0.txt", "-r", "0-9,20-29,40-49")
    get("/rooms/0.txt", "-z", "Mon, 01 Jan 2035 00:00:00 GMT", "-I")
    get("/rooms/0.txt", "-H", "If-Match: \"made-up\"", ends=(22,))
    time.sleep(0.2 * int(number))
    get("/films/tour.flv?start=150000")
    get("/films/tour.flv", "-r", "-5000")
    get("/old-house", "-L")
    with socket.create_connection((HOST, 8443)) as link:  # who forgot the s of https
        link.sendall(b"GET / HTTP/1.1\r\nHost: museum\r\n\r\n")
        if b"400" not in link.recv(512):
            sys.exit("museum: it took that")
    time.sleep(1.2)  # until the log is written
    if os.path.getsize("/tmp/museum-access.log.gz") == 0:
        sys.exit("museum: nobody was here")


def gently(number):
    hung(number)
    first = started(PID)
    time.sleep(0.1)
    films = [subprocess.Popen([*CURL, "--limit-rate", "300k", "-o", f"{OWN}/film-{at}", f"{SITE}/films/tour.flv"]) for at in range(1 + int(number) % 3)]
    time.sleep(0.3)
    get("/rooms/0.txt")
    os.kill(first, signal.SIGQUIT)
    time.sleep(0.4)
    get("/index.html", ends=(7,))
    if any([film.wait(20) for film in films]):
        sys.exit("museum: a film broke off")
    for _ in range(1000):  # what was started last is there when it has written down its number
        if os.path.exists(PID) and started(PID) != first:
            break
        time.sleep(0.02)
    time.sleep(0.2)
    get("/index.html")
    get("/plan", "-H", "Accept-Language: de")
    must_have_got("Lageplan")
    time.sleep(0.2)
    os.kill(started(PID), signal.SIGTERM)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    if what == "gently":  # it ends by itself what was started last
        os.mkdir(OWN)
        web_keys()
        with open("/run/museum.py", "w"):
            pass
        gently(value)
    else:
        attend("museum.py", web_keys, PID, lambda: exhibits(value))
