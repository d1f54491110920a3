"""postman.py HOW MAIL...: an agent that answers mail (RFC 5321).

draft: the answer lies among the drafts for a while, is read again there, and sent to several · attachment: a child decodes what is
attached, which is quoted · mbox: the server takes nothing at first (greylisting), and the answer is added to the folder of what was sent
"""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

SERVER = "198.51.100.25:587"
MAILDIR = "/home/agent/Maildir"
how, mails = sys.argv[1], sys.argv[2:]


def read(path):
    file, parts = posix.open(path, posix.O_RDONLY), []
    while part := posix.read(file, 1024):
        parts.append(part)
    posix.close(file)
    return b"".join(parts)


def new(path, text, *more):
    file = posix.open(path, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o600)
    posix.writev(file, [text, *more])
    posix.close(file)


def folders(*names):
    for name in names:
        for at in (f"{MAILDIR}/.{name}", f"{MAILDIR}/.{name}/cur", f"{MAILDIR}/.{name}/new", f"{MAILDIR}/.{name}/tmp"):
            posix.mkdir(at)


def handed_over(text, *to):
    peer = connect(SERVER)
    peer.sendall(b"EHLO web-1.example.com\r\n")
    said = peer.recv(64)
    peer.sendall(b"MAIL FROM:<agent@example.com>\r\n" + b"".join(b"RCPT TO:<%s@example.com>\r\n" % one for one in to) + b"DATA\r\n")
    for line in text.splitlines():
        peer.sendall(line + b"\r\n")
    peer.sendall(b".\r\nQUIT\r\n")
    ended(peer, said)


def answer(text):
    return b"Subject: Re: what you asked\n\nThank you, it is made up.\n" + b"".join(b"> " + line + b"\n" for line in text.splitlines())


if how == "draft":
    folders("Drafts", "Sent")
    name = f"1767500000.M{posix.getpid()}P7.web-1"
    new(f"{MAILDIR}/.Drafts/tmp/{name}", answer(b"\n".join(read(mail) for mail in mails)))
    posix.rename(f"{MAILDIR}/.Drafts/tmp/{name}", f"{MAILDIR}/.Drafts/cur/{name}:2,D")
    time.sleep(1.2)
    asked("mail.example.com", A, AAAA)
    handed_over(read(f"{MAILDIR}/.Drafts/cur/{name}:2,D"), b"somebody", b"another", b"third")
    posix.rename(f"{MAILDIR}/.Drafts/cur/{name}:2,D", f"{MAILDIR}/.Sent/cur/{name}:2,S")
elif how == "attachment":
    head, _, body = read(mails[0]).partition(b"\n\n")
    into, out = posix.pipe()
    command = ["/usr/bin/base64", "-d"]
    file = f"/tmp/attached-{posix.getpid()}"
    moves = [(posix.POSIX_SPAWN_DUP2, into, 0), (posix.POSIX_SPAWN_OPEN, 1, file, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o600),
             (posix.POSIX_SPAWN_CLOSE, out)]
    child = posix.posix_spawn(command[0], command, {}, file_actions=moves)
    posix.close(into)
    posix.write(out, body)
    posix.close(out)
    if posix.waitpid(child, 0)[1]:
        sys.exit(3)
    text = read(file)
    posix.unlink(file)
    handed_over(answer(text[:400]), b"somebody")
    posix.rename(mails[0], mails[0].replace("/new/", "/cur/") + ":2,RS")
elif how == "mbox":
    text = answer(read(mails[0])[-300:])
    for attempt in range(2):
        asked("mail.example.com", A, AAAA)
        if attempt == 0:
            busy = connect(SERVER)
            busy.sendall(b"EHLO web-1.example.com\r\nQUIT\r\n")
            ended(busy)
            time.sleep(2.6)
    handed_over(text, b"somebody")
    sent = "/home/agent/Mail/sent"
    new(f"{sent}.lock", b"%d\n" % posix.getpid())
    file = posix.open(sent, posix.O_WRONLY | posix.O_APPEND | posix.O_CREAT, 0o600)
    posix.writev(file, [b"From agent@example.com Thu Jan  1 00:00:00 2026\n", text, b"\n"])
    posix.close(file)
    posix.unlink(f"{sent}.lock")
else:
    sys.exit(2)
