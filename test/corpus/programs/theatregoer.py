#!/usr/bin/python3 -IS
"""Somebody who goes to the theatre, and who looks after its pages; not recorded: theatregoer.py WHAT [VALUE]

premiere: a programme comes out, more want it at once than are let in, and come again; members see what others do not, and a page changes while it is kept open ·
spoilt: pages that were left so that nobody may read them, a link to nothing, a poster that is cut off while it is fetched, and logs that were put away; then all is mended
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import OWN, attend, started, web_keys
from museum import WWW, page
from visitor import PID, SITE, get, must_have_got

CURL = ("curl", "-sfk", "-m", "20")


def must(holds, what):
    if not holds:
        sys.exit(f"theatregoer: {what}")


def staged(number):
    page("full.html", b"<h1>The house is full, made up</h1>\n")
    page("programme/spring.txt", b"Nobody plays nothing, made up.\n" * (30 + 10 * int(number)))
    page("members/rehearsal.txt", b"On Monday, made up.\n")
    for at in range(4 + int(number) % 3):
        page(f"gallery/{at}.svg", f"<svg><title>Seat {at}</title></svg>\n".encode())
        page(f"scripts/act-{at}.txt", b"Somebody: Made up.\nNobody: All of it.\n" * (200 + 150 * at))
    page("posters/spring.svg", os.urandom(1024) * (200 + 30 * int(number)))


def premiere(number):
    staged(number)
    get("/index.html")
    crowd = [subprocess.Popen([*CURL, "--retry", "9", "--retry-delay", "1", "-o", f"{OWN}/programme-{at}", f"{SITE}/programme/spring.txt"])
             for at in range(5 + int(number) % 3)]
    turned_away = [subprocess.Popen([*CURL, "-o", "/dev/null", f"{SITE}/programme/spring.txt"]) for _ in range(3)]
    get("/posters/spring.svg", "--http1.1")
    get("/members/rehearsal.txt", ends=(22,))
    get("/members/rehearsal.txt", "-b", f"member={number}", "--http2")
    must_have_got("On Monday")
    must(22 in [each.wait(20) for each in turned_away], "there was room for all")
    must(not any([each.wait(30) for each in crowd]), "somebody has no programme")
    get("/gallery/")
    must_have_got("0.svg")
    get("/seat/1", "-L")
    must_have_got("Seat 1")
    get("/scripts/act-2.txt", "--compressed", "-H", "Accept-Encoding: gzip, br")
    for title in ("Today", "Tomorrow"):
        page("today.html", f"<h1>{title}, made up</h1>\n".encode())
        time.sleep(1.4)
        for _ in range(3):
            get("/today.html")
        must_have_got(title)
    get("/seen.gif", "-o", "/dev/null")
    again = [word for at in range(3) for word in ("-o", "/dev/null", f"{SITE}/scripts/act-{at}.txt", "-o", "/dev/null", f"{SITE}/gallery/{at}.svg")]
    must(subprocess.run([*CURL, "--http2", "-Z", *again], stderr=subprocess.DEVNULL).returncode == 0, "not all came")
    get("/posters/spring.svg", "-r", "1000-1999,5000-5999")


def spoilt(number):
    staged(number)
    poster = f"{WWW}/posters/spring.svg"
    os.chmod(f"{WWW}/scripts/act-0.txt", 0)
    os.symlink(f"{WWW}/gallery/none.svg", f"{WWW}/gallery/first.svg")
    get("/scripts/act-0.txt", ends=(22,))
    get("/gallery/first.svg", ends=(22,))
    get("/posters/", ends=(22,))
    get("/gallery/0.svg/", ends=(22,))
    cut = subprocess.Popen([*CURL, "--http1.1", "-o", f"{OWN}/cut", f"{SITE}/posters/spring.svg"])
    time.sleep(1)
    os.truncate(poster, 20_000)
    must(cut.wait(30) in (18, 56), f"who was cut off was told nothing: {cut.returncode}")
    for name in ("seen", "turned-away"):
        os.rename(f"/tmp/theatre-{name}.log", f"/tmp/theatre-{name}.old.log")
    os.kill(started(PID), signal.SIGUSR1)
    time.sleep(0.4 + 0.1 * int(number))
    os.chmod(f"{WWW}/scripts/act-0.txt", 0o644)
    os.unlink(f"{WWW}/gallery/first.svg")
    os.symlink("0.svg", f"{WWW}/gallery/first.svg")
    staged(int(number) + 1)
    get("/scripts/act-0.txt", "--compressed")
    must_have_got("All of it")
    get("/gallery/first.svg")
    must_have_got("Seat 0")
    get("/posters/spring.svg")
    must(os.path.getsize(f"{OWN}/got") == os.path.getsize(poster), "the poster is another")
    get("/posters/none.svg", ends=(22,))
    time.sleep(1.2)
    page("posters/none.svg", b"<svg/>\n")
    get("/posters/none.svg")
    must(os.path.exists("/tmp/theatre-seen.log"), "nobody was seen")


VISITS = {each.__name__: each for each in (premiere, spoilt)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("theatregoer.py", web_keys, PID, lambda: VISITS[what](value))
