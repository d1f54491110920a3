#!/usr/bin/python3 -IS
"""Somebody who reads a village's pages, and who looks after their server; not recorded: villager.py WHAT [VALUE]

repaired: the pages are closed for a while, all of them change meanwhile, and who came too early comes again ·
crowded: visitors with old programs and slow lines, who ask for too much at once, say half of what they want or nothing, and are told to come again
"""
import os, signal, socket, ssl, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, started, web_keys
from museum import WWW, page
from visitor import PID, SITE, get, must_have_got



def settled(number):
    for at in range(3 + int(number) % 3):
        page(f"notices/{at}.txt", f"Notice {at}: n\u00fcchtern, erfunden, <!--# echo var=\"house\" -->.\n".encode() * (10 + 40 * at))
    page("calendar/year-2026.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n")
    page("hall/plan.mp4", os.urandom(1024) * (500 + 60 * int(number)))


def said(text, context=None, seconds=0.0):
    """What is answered to this, said as it is; the line is kept open for so long before."""
    link = socket.create_connection((HOST, 8443), timeout=10)
    if context is not None:
        link = context.wrap_socket(link)
    with link:
        for part in text:
            link.sendall(part)
            time.sleep(seconds)
        got = b""
        try:
            while part := link.recv(65536):
                got += part
        except (ConnectionError, ssl.SSLError):
            pass
        return got


def insecure():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def must(holds, what):
    if not holds:
        sys.exit(f"villager: {what}")


def repaired(number):
    settled(number)
    get("/index.html", "-c", f"{OWN}/visits")
    get("/calendar/2026", "-b", f"{OWN}/visits", "--http2")
    must_have_got("VCALENDAR")
    page("closed.html", b"<h1>Closed for repairs, made up</h1>\n")
    get("/about.html", "-D", f"{OWN}/heads", ends=(22,))
    with open(f"{OWN}/heads") as heads:
        must("retry-after" in heads.read().lower(), "it was not said when to come again")
    waits = subprocess.Popen(["curl", "-sfk", "--retry", "20", "--retry-delay", "1", "-o", f"{OWN}/waited", f"{SITE}/notices/0.txt"])
    get("/notices/1.txt", "-I", ends=(22,))
    settled(int(number) + 1)
    time.sleep(0.3 * int(number))
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6)
    os.unlink(f"{WWW}/closed.html")
    must(waits.wait(20) == 0, "who waited got nothing")
    get("/notices/1.txt", "-z", "Mon, 01 Jan 2035 00:00:00 GMT")
    get("/notices/2.txt", "-H", "Accept-Charset: iso-8859-1")
    get("/index.html", "-b", f"{OWN}/visits", "--compressed")
    get("/about.html", "-X", "DELETE", ends=(22,))
    get("/calendar/1999", ends=(22,))


def crowded(number):
    settled(number)
    get("/here")
    must_have_got("near")
    plan = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", f"{SITE}/hall/plan.mp4"]
    there = [subprocess.Popen(plan, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    time.sleep(0.8)
    third = subprocess.run([*plan, "-m", "10"], capture_output=True, text=True).stdout
    must(third == "429", f"the third was told {third}")
    context = insecure()
    three = b"GET /index.html HTTP/1.1\r\nHost: village\r\n\r\n" * 3
    must(said([three, b"GET /about.html HTTP/1.0\r\n\r\n"], context, 0.1).count(b"HTTP/1.1 200") == 4, "not all was answered")
    must(b"414" in said([b"GET /" + b"x" * 2000 + b" HTTP/1.1\r\n\r\n"], context), "it took so long an address")
    must(b"413" in said([b"POST /index.html HTTP/1.1\r\nHost: village\r\nContent-Length: 99999\r\n\r\n"], context), "it took so much")
    must(b" 200 " not in said([b"GET /index.html HT"], context, 0.1 * int(number)), "half was enough")
    must(b" 200 " not in said([b"GET /index.html HTTP/1.1\r\nHost: village\r\n\r\n"]), "it was answered without TLS")
    get("/index.html", "--tls-max", "1.1", ends=(35,))
    names = [f"{SITE}/{name}" for name in ("index.html", "about.html", "contact.html", "prices.html", "logo.svg", "notices/0.txt", "notices/1.txt")]
    together = [word for at, name in enumerate(names) for word in ("-o", f"{OWN}/page-{at}", name)]
    done = subprocess.run(["curl", "-sfk", "--http2", "--parallel", "--parallel-max", "7", "-m", "20", *together], stderr=subprocess.DEVNULL).returncode
    must(done == 0, f"together: {done}")
    must([each.communicate(timeout=20)[0] for each in there] == ["200", "200"], "the plan was not fetched")
    get("/hall/plan.mp4", "-r", "100-4099")


VISITS = {each.__name__: each for each in (repaired, crowded)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("villager.py", web_keys, PID, lambda: VISITS[what](value))
