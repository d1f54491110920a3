#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what household.py knows; not recorded: landlord.py WHAT...

table=PATH,ROWS: a table as CSV · parts=PATH: a mail of several parts, a letter in base64 and a text in quoted-printable among them ·
phrases=FOLDER: a project in Python with its tests, and by what one logs in at the registry · units=FOLDER: one in Perl · bundle=PATH,TEAMS:
branches of a notebook, as a file · gateway=ADDRESS:PORT: a web service that is busy at first, then answers in capitals ·
pieces=ADDRESS:PORT: a web service that takes a text in pieces, hangs up during one of them, and knows how far it got ·
arriving=COUNT: mails that come one after the other · repositories=ADDRESS:PORT: a git daemon that takes what is pushed to it ·
trivial=ADDRESS:PORT: takes one file by TFTP (RFC 1350) · signer=ADDRESS:PORT: who connects must let it sign something by an agent of keys ·
history=PATH, contacts=PATH, notebook=FOLDER, key=PATH: as furnish.py puts them there. All else is put there by household.py, hosts.py and prepare.py. It ends with 0 when all that these wait for has come.
"""
import base64, http.server, os, quopri, re, socket, subprocess, sys, threading, time

sys.path.append("/opt/agent")
from hosts import place, set_up
from household import GOES_ON, PUT, written

LINE = "Made up, line {} of what nobody wrote about nothing.\n"


def table(path, rows):
    lines = [f"2026-0{1 + at % 9}-1{at % 10},shop {at % 4},{at * 37 % 91}.{at % 10}0\n" for at in range(int(rows) * 12)]
    written(path, "day,shop,sum\n" + "".join(lines))


def parts(path, _):
    letter = base64.encodebytes(LINE.format(1).encode() * 9).decode()
    text = quopri.encodestring("Is this made up? It says „yes“ on page 2.\n".encode()).decode()
    written(path, "From: Somebody <somebody@example.com>\nTo: agent@example.com\nSubject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\nMessage-ID: <1@example.com>\n"
            'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=made-up="\n\n'
            f"--=made-up=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{text}\n"
            '--=made-up=\nContent-Type: application/octet-stream; name="letter.txt"\nContent-Disposition: attachment; filename="letter.txt"\n'
            f"Content-Transfer-Encoding: base64\n\n{letter}\n--=made-up=--\n")


def phrases(folder, _):
    written(f"{folder}/phrases/__init__.py", 'from pathlib import Path\n\n\ndef greeting(name):\n    """\n    >>> greeting("you")\n    \'Hello, you.\'\n'
            '    """\n    return f"Hello, {name}."\n\n\ndef packages():\n    return sorted(Path("vendor").glob("*.whl"))\n')
    written(f"{folder}/tests/test_phrases.py", "import doctest, unittest\n\nimport phrases\n\n\nclass Phrases(unittest.TestCase):\n"
            "    def test_greets(self):\n        self.assertIn('you', phrases.greeting('you'))\n\n"
            "    def test_has_its_packages(self):\n        self.assertTrue(all(one.read_text().startswith('package') for one in phrases.packages()))\n\n\n"
            "def load_tests(loader, tests, pattern):\n    tests.addTests(doctest.DocTestSuite(phrases))\n    return tests\n")
    written(f"{folder}/tests/__init__.py", "")
    written(f"{folder}/.gitignore", "vendor\n__pycache__\n")
    written("/home/agent/.netrc", "machine registry.example.com login agent password made-up-and-of-no-use\n")
    os.chmod("/home/agent/.netrc", 0o600)
    subprocess.run(["/opt/agent/prepare.py", f"repository={folder}"], check=True)


def units(folder, _):
    written(f"{folder}/lib/Units.pm", "package Units;\nuse strict;\nuse warnings;\n\nsub metres { return $_[0] * 1000 }\n\nsub feet { return $_[0] * 0.3048 }\n\n1;\n")
    for name, line in (("load", "require_ok('Units');"), ("metres", "use Units; is(Units::metres(2), 2000, 'metres');"),
                       ("feet", "use Units; cmp_ok(Units::feet(10), '<', 3.1, 'feet');")):
        written(f"{folder}/t/{name}.t", f"use Test::More tests => 1;\n{line}\n")
    subprocess.run(["/opt/agent/prepare.py", f"repository={folder}"], check=True)


def furnished(what):
    return lambda first, second: subprocess.run(["/opt/agent/furnish.py", f"{what}={first}"], check=True)


def git(folder, *words):
    subprocess.run(["git", "-C", folder, "-c", "user.name=b", "-c", "user.email=b@example.com", *words], check=True, stdout=subprocess.DEVNULL)


def bundle(path, teams):
    own, other = "/home/agent/notebook", "/tmp/of-others"
    furnished("notebook")(own, None)
    subprocess.run(["git", "clone", "-q", own, other], check=True)
    for at in range(int(teams)):
        git(other, "checkout", "-q", "-b", f"team-{at}", "origin/main")
        written(f"{other}/team-{at}.md", f"# Team {at}\n\n" + LINE.format(at) * 3)
        git(other, "add", "-A")
        git(other, "commit", "-qm", f"Agree in team {at}")
    git(other, "bundle", "create", "-q", path, "--branches=team-*")
    subprocess.run(["rm", "-r", other], check=True)


class Service(http.server.BaseHTTPRequestHandler):
    """A web service that keeps its connections, in a thread of its own; what it does is said by `do_...`."""
    protocol_version = "HTTP/1.1"

    def body(self):
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def answered(self, status, text=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, *_):
        pass

    @classmethod
    def begun(cls, address):
        cls.done = threading.Event()
        server = http.server.ThreadingHTTPServer(place(address), cls)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def gateway(address, _):
    class Gateway(Service):
        asked = 0

        def do_POST(self):
            text = self.body()
            Gateway.asked += 1
            if Gateway.asked == 1:
                return self.answered(503, Retry_After="1")
            self.answered(200, text.upper())
            self.done.set()

    Gateway.begun(address)
    yield
    Gateway.done.wait()
    time.sleep(0.3)  # until the answer is out


def pieces(address, _):
    class Pieces(Service):
        got, hung_up = b"", False

        def do_HEAD(self):
            self.answered(200, Offset=str(len(Pieces.got)))

        def do_PUT(self):
            text, (at, whole) = self.body(), self.headers["Content-Range"].removeprefix("bytes ").split("/")
            at = int(at.partition("-")[0])
            if at and not Pieces.hung_up:
                Pieces.hung_up, self.close_connection = True, True
                Pieces.got += text[: len(text) // 2]
                return
            Pieces.got = Pieces.got[:at] + text
            if len(Pieces.got) < int(whole):
                return self.answered(202)
            self.answered(200, Pieces.got.swapcase())
            self.done.set()

    Pieces.begun(address)
    yield
    Pieces.done.wait()
    time.sleep(0.3)  # until the answer is out


def arriving(count, _):
    folder = "/home/agent/Maildir"
    for each in ("new", "tmp"):
        os.makedirs(f"{folder}/{each}", exist_ok=True)
    yield
    for at in range(int(count)):
        time.sleep(0.15 * (at % 4))
        name = f"17676{at:05}.M{at}P400.web-1"
        written(f"{folder}/tmp/{name}", f"From: caller{at}@example.com\nTo: agent@example.com\nSubject: Parcel {at}\n\nWhere is parcel {at}?\n")
        os.rename(f"{folder}/tmp/{name}", f"{folder}/new/{name}")


def repositories(address, _):
    host, port = place(address)
    subprocess.run(["git", "init", "-q", "--bare", "/run/taken/notes.git"], check=True)
    daemon = subprocess.Popen(["git", "daemon", f"--listen={host}", f"--port={port}", "--reuseaddr", "--export-all", "--enable=receive-pack",
                               "--base-path=/run/taken"], stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection((host, port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield
    while not subprocess.run(["git", "-C", "/run/taken/notes.git", "for-each-ref"], capture_output=True).stdout:
        time.sleep(0.1)
    time.sleep(0.5)
    daemon.terminate()


def trivial(address, _):
    door, got = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0
    door.bind(place(address))
    yield
    packet, who = door.recvfrom(2048)
    if not re.match(rb"\x00\x02[^\x00]+\x00octet\x00", packet):
        sys.exit("landlord: nobody wrote")
    door.sendto(b"\0\4\0\0", who)
    while True:
        packet, who = door.recvfrom(2048)
        got += len(packet) - 4
        door.sendto(b"\0\4" + packet[2:4], who)
        if len(packet) < 516:
            break
    if got == 0:
        sys.exit("landlord: nothing came")


def signer(address, _):
    """Asks an agent of keys that is lent to it which keys there are, and has the first sign something (draft-ietf-sshm-ssh-agent)."""
    door = socket.create_server(place(address))
    yield
    link, _ = door.accept()

    def asked(kind, *strings, end=b""):
        message = bytes([kind]) + b"".join(len(one).to_bytes(4, "big") + one for one in strings) + end
        link.sendall(len(message).to_bytes(4, "big") + message)
        return link.recv(int.from_bytes(link.recv(4, socket.MSG_WAITALL), "big"), socket.MSG_WAITALL)

    with link:
        keys = asked(11)
        size = int.from_bytes(keys[5:9], "big")
        if keys[:1] != b"\x0c" or asked(13, keys[9 : 9 + size], b"made up, to be signed", end=bytes(4))[:1] != b"\x0e":
            sys.exit("landlord: nothing was signed")


PUT = {**PUT, "table": table, "parts": parts, "phrases": phrases, "units": units, "bundle": bundle,
       **{each: furnished(each) for each in ("history", "contacts", "notebook", "key")}}
GOES_ON = {**GOES_ON, **{each.__name__: each for each in (gateway, pieces, arriving, repositories, trivial, signer)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/landlord.py")
