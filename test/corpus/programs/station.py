#!/usr/bin/python3 -IS
"""Somebody who wants to know when the train goes, and who looks after the station's pages; not recorded: station.py WHAT [VALUE]

timetable: pages in two tongues, boards that ask again and again while the times change, several questions at once in one connection · strike: the night on which nothing goes: a mistake in pages, all
windows taken, who says nothing, who takes nothing, and who says too much
"""
import gzip, os, signal, socket, ssl, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, started, web_keys
from museum import page
from visitor import PID, SITE, get, must_have_got

CURL = ("curl", "-sfk", "-m", "20")


def must(holds, what):
    if not holds:
        sys.exit(f"station: {what}")


def shown(number, time_text):
    for tongue, word in (("en", "Departures"), ("it", "Partenze")):
        page(f"today.{tongue}.html", f"<h1>{word} {time_text}, made up</h1>\n".encode() * 20)
    page("timetable.txt", b"".join(b"Line %%LINE%% goes at %d past, made up.\n" % at for at in range(20 + int(number))))
    board = f'{{"at": "{time_text}", "late": {number}}}\n'.encode() * (30 + 10 * int(number))
    page("boards/hall.json", board)
    page("boards/hall.json.gz", gzip.compress(board, mtime=0))
    page("lost.html", b"<h1>Lost, made up</h1>\n")
    for at in range(3):
        page(f"staff/rota-{at}.txt", b"Nobody is on duty, made up.\n")
    page("window/map.bin", os.urandom(1024) * (150 + 60 * int(number)))


def line():
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection((HOST, 8443), 10))


def timetable(number):
    shown(number, "9:15")
    get("/today", "-H", "Accept-Language: it-CH,it;q=0.8")
    must_have_got("Partenze")
    get("/today", "--tls-max", "1.2")
    must_have_got("Departures")
    get(f"/line/{7 + int(number)}")
    must_have_got(f"Line {7 + int(number)} goes")
    with line() as one:  # several at once, as they are answered in order
        one.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: web-1\r\n\r\n" % path for path in (b"/today.en.html", b"/boards/hall.json", b"/line/3")) + b"GET /lost.html HTTP/1.0\r\n\r\n")
        heard = b""
        while part := one.recv(65536):
            heard += part
        must(heard.count(b"HTTP/1.1 200") == 4, "not all was answered")
    since = ()
    for at in range(3 + int(number) % 3):
        get("/boards/hall.json", "-R", *since, "-H", "Accept-Encoding: gzip" if at % 2 else "Accept:")
        since = ("-z", "2001-01-01")
        if at == 1:
            shown(number, "9:40")
        time.sleep(0.3)
    get("/boards/hall.json")
    must_have_got("9:40")
    get("/nowhere")
    must_have_got("Lost")
    get("/staff/")
    must_have_got("on duty")
    get("/window/map.bin", "--http2", "-r", "-5000")
    must(os.path.getsize(f"{OWN}/got") == 5000, "this is no end of it")
    for _ in range(4):
        get("/today", "-o", "/dev/null", f"{SITE}/boards/hall.json", "-o", "/dev/null", f"{SITE}/line/1")


def strike(number):
    shown(number, "0:00")
    silent = line()
    windows = [subprocess.Popen([*CURL, "--http1.1", "-o", "/dev/null", f"{SITE}/window/map.bin"]) for _ in range(2)]
    time.sleep(0.5)
    get("/window/map.bin", "--http1.1", ends=(22,))
    taker = line()
    taker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    taker.sendall(b"GET /timetable.txt HTTP/1.1\r\nHost: web-1\r\n\r\n")
    with line() as wordy:
        wordy.sendall(b"GET /today HTTP/1.1\r\nHost: web-1\r\nX-Why: " + b"because " * 200 + b"\r\n\r\n")
        must(b" 400 " in wordy.recv(4096), "so much was listened to")
    get("/today", "-X", "POST", "-d", "when?", ends=(22,))
    os.rename("/var/www/lost.html", "/var/www/lost.off")
    get("/nowhere", ends=(22,))
    must(silent.recv(64) == b"", "who says nothing is listened to still")
    must(not any(each.wait(30) for each in windows), "somebody has no map")
    os.unlink("/var/www/boards/hall.json")
    get("/boards/hall.json", "--compressed")
    shown(number, "4:30")
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.6 + 0.1 * int(number))
    get("/nowhere")
    must_have_got("Lost")
    get("/today", "-H", "Accept-Language: it")
    must_have_got("4:30")
    taker.close()
    get("/window/map.bin", "--http1.1", "-r", "0-99999")


VISITS = {each.__name__: each for each in (timetable, strike)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("station.py", web_keys, PID, lambda: VISITS[what](value))
