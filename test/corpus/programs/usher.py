#!/usr/bin/python3 -IS
"""Who reads a parish paper, who hears a choir's recordings, and who looks after both; not recorded: usher.py WHAT [VALUE]

paper: pages put together of parts (SSI), with a head and a foot, in the letters of old machines, a page that has moved, one that is kept for later only as long as it is fresh; a new number comes out meanwhile ·
choir: long recordings, read by threads, in slices, from the middle, by links that run out, by somebody who goes away in the middle, and after settings that were not right were not taken
"""
import base64, hashlib, os, signal, socket, ssl, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, started, web_keys
from museum import page
from visitor import PID, SITE, get, must_have_got


def number_of(paper, number):
    page("parish/head.html", f"<p>Number {paper}, made up</p>\n".encode())
    page("parish/foot.html", b"<p>Nobody prints this</p>\n")
    page("parish/notices.txt", b"Nobody is to be married.\n" * (5 + int(number)))
    page("parish/index.html", b"<!--# set var=\"day\" value=\"Sunday\" --><h1><!--# echo var=\"day\" --></h1>\n<!--# include virtual=\"/parish/notices.txt\" -->\n"
         b"<!--# if expr=\"$arg_long = yes\" -->" + b"<p>More of it</p>\n" * 90 + b"<!--# else --><p>Less of it</p><!--# endif -->\n")
    page("parish/hymn.html", "<p>Grüße, für niemanden gesungen</p>\n".encode() * 30)
    page("quiet.html", b"<p>There is nothing of that name, made up</p>\n")


def paper(number):
    number_of(1, number)
    get("/parish/")
    must_have_got("Nobody is to be married")
    get("/parish/?long=yes", "--compressed")
    must_have_got("More of it")
    get("/bulletin/hymn.html", "-L")
    get("/old/hymn.html", "--http1.1")
    with open(f"{OWN}/got", "rb") as got:
        if "Grüße".encode("latin-1") not in got.read():
            sys.exit("usher: these are other letters")
    for at in range(2 + int(number) % 3):
        get(f"/parish/notices.txt?week={at}", "-D", f"{OWN}/head", "--http2")
        time.sleep(0.15)
    number_of(2, number)
    time.sleep(1.2)
    get("/parish/")
    must_have_got("Number 2")
    get("/parish/none", ends=(22,))
    get("/parish/hymn.html", "-X", "OPTIONS", ends=(22,))
    get("/parish/hymn.html", "-H", "If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT", ends=(22,))
    get("/parish/index.html", "-r", "0-5,10-20", "--http1.1")
    get("/list/")
    must_have_got("hymn.html")


def link(path, seconds):
    end = int(time.time()) + seconds
    sum_of_it = base64.urlsafe_b64encode(hashlib.md5(f"{end}{path} made-up".encode()).digest()).decode().rstrip("=")
    return f"{path}?sum={sum_of_it}&end={end}"


def choir(number):
    size = 500 + 130 * int(number)
    page("choir/psalm.ogg", os.urandom(1024) * size)
    page("choir/evensong.mp3", os.urandom(512) * size)
    get(link("/choir/psalm.ogg", 60))
    if os.path.getsize(f"{OWN}/got") != size * 1024:
        sys.exit("usher: it is not whole")
    get(link("/choir/psalm.ogg", -5), ends=(22,))
    get("/choir/psalm.ogg", ends=(22,))
    get(link("/choir/evensong.mp3", 60), "-r", "100000-140000")
    several = [subprocess.Popen(["curl", "-sfk", "-m", "20", "-o", "/dev/null", SITE + link("/choir/psalm.ogg", 60)]) for _ in range(2 + int(number) % 2)]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with context.wrap_socket(socket.create_connection((HOST, 8443), 10)) as leaves:
        leaves.sendall(f"GET {link('/choir/evensong.mp3', 60)} HTTP/1.1\r\nHost: web-1\r\n\r\n".encode())
        leaves.recv(4096)
    if any(each.wait(30) for each in several):
        sys.exit("usher: somebody heard nothing")
    with open("/etc/ssl/private/web-1.key") as key:
        right = key.read()
    with open("/etc/ssl/private/web-1.key", "w") as key:  # somebody pasted half of it
        key.write(right[:400])
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6)
    get("/choir/evensong.mp3", "-I", ends=(22,))
    get(link("/choir/evensong.mp3", 60), "-r", "-2000")
    with open("/etc/ssl/private/web-1.key", "w") as key:
        key.write(right)
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6 + 0.1 * int(number))
    get(link("/choir/evensong.mp3", 60), "-z", "2001-01-01")


VISITS = {each.__name__: each for each in (paper, choir)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("usher.py", web_keys, PID, lambda: VISITS[what](value))
