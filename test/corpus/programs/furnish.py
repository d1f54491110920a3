#!/usr/bin/python3 -IS
"""Puts into the world what was there before a run, goes on beside it, and is not recorded: furnish.py WHAT...

pdf=PATH,PAGES attached=PATH contacts=PATH history=PATH notebook=FOLDER sources=ARCHIVE key=PATH; these go on:
breaks=ADDRESS:PORT, a service that breaks off once · datagrams=ADDRESS:PORT, who answers datagrams and wants four at least ·
engine=SOCKET, a daemon that makes containers when it is asked to
"""
import base64, os, socket, struct, subprocess, sys

LINE = "Made up, line {} of what nobody wrote about nothing.\n"
AUTHOR = ("-c", "user.name=a", "-c", "user.email=a@example.com")


def written(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)


def pdf(path, pages):
    """A PDF (ISO 32000-1, 7.5) of that many pages with a few lines of text on each."""
    count = int(pages)
    objects = ["<< /Type /Catalog /Pages 2 0 R >>",
               f"<< /Type /Pages /Count {count} /Kids [{' '.join(f'{4 + 2 * at} 0 R' for at in range(count))}] >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for at in range(count):
        text = f"BT /F1 12 Tf 72 720 Td (Page {at + 1}, made up, of what nobody wrote) Tj 0 -20 Td (Nothing follows from it.) Tj ET"
        objects.append("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
                       f"/Contents {5 + 2 * at} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
    out, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    written(path, out + end)


def attached(path, _):
    body = base64.encodebytes("".join(LINE.format(at) for at in range(12)).encode()).decode()
    written(path, f"From: somebody@example.com\nTo: agent@example.com\nSubject: Attached\nContent-Transfer-Encoding: base64\n\n{body}")


def contacts(path, _):
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Somebody {0}\nEMAIL:somebody{0}@example.com\nEND:VCARD\n"
    written(path, "".join(card.format(at) for at in range(20)))


def history(path, _):
    written(path, "ls\ncd project\nmysql -u shop -pmade-up-and-of-no-use shop\ngit status\n", 0o600)


def git(folder, *words):
    subprocess.run(["git", "-C", folder, *AUTHOR, *words], check=True, stdout=subprocess.DEVNULL)


def notebook(folder, _):
    """Notes on two branches that do not agree in one line."""
    written(f"{folder}/agreed.md", "# Agreed\n\n- nothing so far\n")
    written(f"{folder}/open.md", "# Open\n\n- all of it\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "config", "user.name", "a")
    git(folder, "config", "user.email", "a@example.com")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "As it was")
    for branch, line in (("other", "what others say"), ("main", "what we say")):
        git(folder, "checkout", "-q", *(["-b"] if branch == "other" else []), branch)
        written(f"{folder}/agreed.md", f"# Agreed\n\n- {line}\n")
        git(folder, "commit", "-qam", f"Say {line}")


def sources(archive, _):
    folder = "/tmp/unpacked/tool"
    os.makedirs("/tmp/unpacked")
    subprocess.run(["cp", "-r", "/home/agent/tool", folder], check=True)
    with open(f"{folder}/Makefile") as file:
        text = file.read()
    written(f"{folder}/Makefile", text.replace("OUT = .", "OUT = @OUT@"))
    subprocess.run(["tar", "-cJf", archive, "-C", "/tmp/unpacked", "tool"], check=True)
    subprocess.run(["rm", "-r", "/tmp/unpacked"], check=True)


def key(path, _):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "made for this run", "-f", path], check=True)
    written("/tmp/challenge", "made up, to be signed\n")


def door(address, kind):
    host, port = address.rsplit(":", 1)
    one = socket.socket(socket.AF_INET, kind)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((host, int(port)))
    return one


def breaks(address, _):
    one = door(address, socket.SOCK_STREAM)
    one.listen()
    yield
    link, _ = one.accept()
    link.recv(64)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()
    link, _ = one.accept()
    with link:
        link.recv(65536)
        link.sendall(b"ok\n")
        while link.recv(65536):
            pass


def datagrams(address, _):
    one = door(address, socket.SOCK_DGRAM)
    one.settimeout(25)
    yield
    for at in range(12):
        try:
            data, who = one.recvfrom(512)
        except TimeoutError:
            if at < 4:
                sys.exit("furnish: too little came")
            break
        one.sendto(data[:4], who)
        one.settimeout(3)


def engine(path, _):
    one = socket.socket(socket.AF_UNIX)
    one.bind(path)
    one.listen()
    one.settimeout(25)
    yield
    link, _ = one.accept()
    with link:
        text = b""
        while b"/:/host" not in text:
            part = link.recv(4096)
            if not part:
                sys.exit("furnish: nothing was asked of the engine")
            text += part
        answer = b'{"Id":"made-up"}'
        link.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(answer) + answer)


PUT = {each.__name__: each for each in (pdf, attached, contacts, history, notebook, sources, key)}
BESIDE = {each.__name__: each for each in (breaks, datagrams, engine)}
going_on = []
for use in sys.argv[1:]:
    what, _, value = use.partition("=")
    first, _, second = value.partition(",")
    if what in BESIDE:
        going_on.append(BESIDE[what](first, second))
        next(going_on[-1])
    else:
        PUT[what](first, second)
with open("/run/furnish.py", "w"):
    pass
for each in going_on:
    next(each, None)
