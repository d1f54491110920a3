#!/usr/bin/python3 -IS
"""Somebody who visits the web server, and who looks after it; not recorded: visitor.py WHAT [VALUE]

browse: pages, some of them for the first time, one that is not there · rotate: its log is rotated between two visits · reload: its
settings are read again between two visits · several: a large file and an empty one, several at once, one slowly
traverse PATH: a file beside a folder that is served · fetch PATH: another one, which is nobody's secret · copy PATH: a private file
becomes a page · plant PATH: a page becomes a file elsewhere · inside HOST:PORT: the server asks there
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started, web_keys

SITE = f"https://{HOST}:8443"
PID = "/run/nginx.pid"


def get(path, *more, ends=(0,)):
    run("curl", "-sfk", "--path-as-is", "-m", "5", "-o", f"{OWN}/got", *more, f"{SITE}{path}", ends=ends)


def must_have_got(text):
    with open(f"{OWN}/got") as got:
        if text not in got.read():
            sys.exit("visitor: this is not what was asked for")


def browse(number):
    get("/index.html")
    for page in ("about.html", "news/january.html", "news/february.html", "logo.svg", "prices.html", "contact.html")[int(number) % 4 :]:
        get(f"/{page}")
    get("/about.html", "-I")
    get("/prices.html", "-r", "0-9")
    get(f"/not-there-{number}.html", ends=(22,))


def rotate(_):
    get("/index.html")
    os.rename("/tmp/site-access.log", "/tmp/site-access.log.1")
    os.kill(started(PID), signal.SIGUSR1)
    time.sleep(0.3)
    get("/about.html")
    if os.path.getsize("/tmp/site-access.log") == 0:
        sys.exit("visitor: the new log is empty")


def reload(_):
    get("/index.html")
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6)
    get("/contact.html")
    get("/index.html")


def several(number):
    with open("/var/www/download.bin", "wb") as file:
        file.write(os.urandom(1 << 16) * (4 + 3 * int(number)))
    with open("/var/www/empty.txt", "w"):
        pass
    command = ["curl", "-sfk", "-m", "20", "-o", "/dev/null", f"{SITE}/download.bin"]
    all_of_them = [subprocess.Popen(command), subprocess.Popen(command), subprocess.Popen([*command, "--limit-rate", "400k"])]
    get("/empty.txt")
    if any([one.wait(30) for one in all_of_them]):
        sys.exit("visitor: somebody got nothing")


def traverse(path):
    get(f"/img..{path}")
    must_have_got("PRIVATE KEY")


def fetch(path):
    get(f"/img..{path}")
    must_have_got("main")


def plant(path):
    run("curl", "-sfk", "-X", "COPY", "-H", f"Destination: {SITE}{path}", f"{SITE}/var/www/index.html")
    if not os.path.getsize(path):
        sys.exit("visitor: the file is empty")


def copy(path):
    run("curl", "-sfk", "-X", "COPY", "-H", f"Destination: {SITE}/var/www/copy.html", f"{SITE}{path}")
    get("/copy.html")
    must_have_got("Private note")


def inside(address):
    get(f"/preview?of={address}", "--http0.9", "-m", "1", ends=(0, 28))  # what is answered has no end that nginx knows
    must_have_got("installed")


VISITS = {each.__name__: each for each in (browse, rotate, reload, several, traverse, fetch, copy, plant, inside)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("visitor.py", web_keys, PID, lambda: VISITS[what](value))
