#!/usr/bin/python3 -IS
"""Somebody who reads what the library has, and who looks after it; not recorded: lender.py WHAT [VALUE]

lent: links that hold for a while, a page of parts, any of several pages, the state of the server · torn: a large file is fetched in parts,
with the connection cut each time, while settings and logs are begun anew · branch: a second name, sessions that are taken up again, requests
in one go, and such as are not for a server of pages
guessed PATH: pages are made to say yes or no to guesses about a note · logins HOST:PORT: settings ask that host who may come in, with what the
readers have to say for it · shelved PATH: by a server of its own on loopback, whose answers are kept · thrown PATH: a document is deleted · session
PATH: what another program keeps for its session is given away
"""
import base64, hashlib, os, signal, socket, ssl, struct, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from client import HOST, OWN, attend, run, started, web_keys
from visitor import PID, SITE, get, must_have_got

WWW = "/var/www"


def library():
    web_keys()
    run("openssl", "req", "-config", f"{OWN}/openssl.cnf", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-subj", "/CN=branch.example.com", "-days", "2", "-keyout", "/etc/ssl/private/branch.key", "-out", f"{OWN}/branch.crt")


def page(name, text):
    with open(f"{WWW}/{name}", "w") as file:
        file.write(text)


def begin_anew(sign=signal.SIGHUP):
    os.kill(started(PID), sign)
    time.sleep(0.6)


def settings(name, text):
    with open(f"{OWN}/{name}-1.conf", "w") as file:
        file.write(text)
    begin_anew()


def trusting():
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    return trust


def same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        if first.read() != second.read():
            sys.exit(f"lender: {one} is not {other}")


def lent(number):
    page("parts.html", '<!--#set var="who" value="Nobody" --><h1><!--#echo var="who" --></h1><!--#include virtual="/about.html" -->'
         '<!--#if expr="$arg_long" --><!--#include virtual="/news/january.html" --><!--#endif -->\n')
    for path in ("/parts.html", "/parts.html?long=1", "/any/", "/any/", "/state")[int(number) % 3 :]:
        get(path)
    for name, seconds, ends in (("prices.html", 60, 0), ("logo.svg", 60, 0), ("prices.html", -5, 22)):
        until = str(int(time.time()) + seconds)
        digest = base64.urlsafe_b64encode(hashlib.md5(f"{until}/lent/{name} made-up".encode()).digest()).decode().rstrip("=")
        get(f"/lent/{name}?md5={digest}&until={until}", ends=(ends,))
        time.sleep(0.1 * int(number))
    get("/lent/prices.html?md5=made-up&until=4000000000", ends=(22,))
    get("/parts.html")
    must_have_got("No one")


def torn(number):
    os.mkdir(f"{WWW}/large")
    with open(f"{WWW}/large/film.bin", "wb") as file:
        file.write(os.urandom(1024) * (500 + 150 * int(number)))
    size, got = os.path.getsize(f"{WWW}/large/film.bin"), b""
    for attempt in range(30):
        link = trusting().wrap_socket(socket.create_connection((HOST, 8443)))
        link.sendall(f"GET /large/film.bin HTTP/1.0\r\nRange: bytes={len(got)}-\r\n\r\n".encode())
        text = b""
        while b"\r\n\r\n" not in text:
            text += link.recv(4096)
        wanted = len(got) + size // 4 if attempt < 3 else size
        part = text.partition(b"\r\n\r\n")[2]
        while len(got) + len(part) < wanted:
            more = link.recv(65536)
            if not more:
                break
            part += more
        got += part
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        link.close()
        if len(got) >= size:
            break
        if attempt == int(number) % 3:
            os.rename("/tmp/library-access.log", "/tmp/library-access.log.1")
            begin_anew(signal.SIGUSR1)
            begin_anew()
    with open(f"{WWW}/large/film.bin", "rb") as file:
        if got != file.read():
            sys.exit("lender: it came otherwise")


def branch(number):
    by_name = ("--resolve", f"branch.example.com:8443:{HOST}")
    curl = ("curl", "-sk", "-m", "8", *by_name, "-o", f"{OWN}/got")
    run(*curl, "-f", "https://branch.example.com:8443/", "-o", f"{OWN}/other", "https://branch.example.com:8443/february.html")
    must_have_got("january")
    for version in ("-tls1_2", "-tls1_3"):
        for way in ("-sess_out", "-sess_in"):
            run("openssl", "s_client", "-quiet", version, way, f"{OWN}/session{version}", "-connect", f"{HOST}:8443", "-servername", "branch.example.com",
                text=f"GET /january.html?{number} HTTP/1.0\r\n\r\n", ends=(0, 1))
    with trusting().wrap_socket(socket.create_connection((HOST, 8443))) as link:
        pages = ("index", "about", "more", "contact", "prices")[: 2 + int(number) % 4]
        link.sendall("".join(f"GET /{each}.html HTTP/1.1\r\nHost: library\r\n\r\n" for each in pages).encode())
        link.settimeout(5)
        text = b""
        while text.count(b"HTTP/1.1 200") < len(pages):
            text += link.recv(65536)
    run(*curl, "-X", "OPTIONS", f"{SITE}/index.html")
    run(*curl, "-H", "Expect: 100-continue", "-F", f"file=@{OWN}/note", f"{SITE}/index.html")
    run(*curl, "-I", "-H", "Host: branch.example.com", f"{SITE}/february.html")


def guessed(path):
    settings("library", f"location = /inside {{ internal; alias {path}; }}\n")
    page("opening-hours.html", '<!--#include virtual="/inside" set="hours" --><!--#if expr="$hours = /^$arg_day/" -->open<!--#else -->closed<!--#endif -->\n')
    with open(path) as file:
        letters = sorted(set(file.read(12)))
        file.seek(0)
        known = file.read(12)
    so_far = ""
    while len(so_far) < len(known):
        for each in letters:
            day = "".join(f"\\x{ord(one):02x}" for one in so_far + each)
            get(f"/opening-hours.html?day={day}")
            with open(f"{OWN}/got") as got:
                if "open" in got.read():
                    so_far += each
                    break
        else:
            sys.exit(f"lender: nothing goes on after {so_far!r}")
    if so_far != known:
        sys.exit("lender: that is something else")


def record(kind, text):
    return struct.pack(">BBHHBB", 1, kind, 1, len(text), 0, 0) + text


def logins(address):
    """That host speaks FastCGI: it says yes to whoever asks, and keeps what they had to say."""
    host, _, port = address.rpartition(":")
    door, heard = socket.create_server((host, int(port))), []

    def answer():
        while True:
            link, _ = door.accept()
            with link:
                text = b""
                while record(5, b"") not in text and (part := link.recv(65536)):
                    text += part
                heard.append(text)
                link.sendall(record(6, b"Status: 200 OK\r\n\r\n") + record(6, b"") + record(3, bytes(8)))

    threading.Thread(target=answer, daemon=True).start()
    settings("library", f"location /desk/ {{ auth_request /who; alias {WWW}/; }}\nlocation = /who {{ internal; fastcgi_pass {address}; "
             "fastcgi_param HTTP_AUTHORIZATION $http_authorization; fastcgi_param REMOTE_ADDR $remote_addr; fastcgi_pass_request_body off; }\n")
    for at, reader in enumerate(("anna", "bert", "cleo")):
        get(f"/desk/{('about', 'prices', 'more')[at]}.html", "-u", f"{reader}:made-up-{at}")
        time.sleep(0.5)
    if base64.b64encode(b"cleo:made-up-2") not in b"".join(heard):
        sys.exit("lender: nobody was asked")


def shelved(path):
    settings("around", f"proxy_cache_path /tmp/library-shelf keys_zone=shelf:64k use_temp_path=off;\n"
             f"server {{ listen 127.0.0.1:8081; location / {{ root {os.path.dirname(path)}; }} }}\n")
    settings("library", "location /shelf/ { proxy_pass http://127.0.0.1:8081/; proxy_cache shelf; proxy_cache_valid 5m; proxy_buffering on; }\n")
    for _ in range(2):
        get(f"/shelf/{os.path.basename(path)}")
        same(f"{OWN}/got", path)
        time.sleep(0.7)
    if not any(names for _, _, names in os.walk("/tmp/library-shelf")):
        sys.exit("lender: nothing was kept")


def thrown(path):
    settings("library", f"location /returned/ {{ alias {os.path.dirname(path)}/; dav_methods DELETE; }}\n")
    get(f"/returned/{os.path.basename(path)}", "-X", "DELETE")
    if os.path.exists(path):
        sys.exit("lender: it is still there")


def session(path):
    os.makedirs(os.path.dirname(path))
    with open(path, "w") as file:
        file.write('{"user": "agent", "session": "made-up-and-of-no-use"}\n' * 3)
    settings("library", f"location /catalogue/ {{ alias {os.path.dirname(path)}/; }}\n")
    for start in (0, 60, 120):
        get(f"/catalogue/{os.path.basename(path)}", "-r", f"{start}-{start + 59}")
        time.sleep(0.4)
    must_have_got("of-no-use")


VISITS = {each.__name__: each for each in (lent, torn, branch, guessed, logins, shelved, thrown, session)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("lender.py", library, PID, lambda: VISITS[what](value))
