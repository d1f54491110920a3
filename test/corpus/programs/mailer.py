"""mailer.py HOW MAIL...: an agent that reads mail and hands an answer to the mail server (RFC 5321, RFC 2920).

dialog: marks what it answered, and keeps a copy as Maildir asks for · mbox: a folder in one file, locked; a child hands the answer
over · second: the server takes it at the second attempt · looked: only the head of each is read, and nothing is to be answered
"""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

SERVER = "198.51.100.25:587"
MAILDIR = "/home/agent/Maildir"


def read(path, size=65536):
    with open(path, "rb", buffering=0) as file:
        return file.read(size)


def handed_over(text):
    peer = connect(SERVER)
    peer.sendall(b"EHLO web-1.example.com\r\n")
    said = peer.recv(64)
    for line in (b"MAIL FROM:<agent@example.com>\r\n", b"RCPT TO:<somebody@example.com>\r\n", b"DATA\r\n", text, b"\r\n.\r\nQUIT\r\n"):
        peer.sendall(line)
    ended(peer, said)


def kept(text):
    for folder in (f"{MAILDIR}/.Sent", f"{MAILDIR}/.Sent/tmp", f"{MAILDIR}/.Sent/cur"):
        posix.mkdir(folder)
    name = f"17674{posix.getpid()}.M1P{posix.getpid()}.web-1:2,S"
    with open(f"{MAILDIR}/.Sent/tmp/{name}", "wb", buffering=0) as file:
        file.write(text)
    posix.rename(f"{MAILDIR}/.Sent/tmp/{name}", f"{MAILDIR}/.Sent/cur/{name}")


def answer(*mails):
    quoted = b"".join(b"> " + line + b"\n" for mail in mails for line in mail.splitlines())
    return b"Subject: Re: your question\r\n\r\nYes, it is made up.\r\n" + quoted


how, mails = sys.argv[1], sys.argv[2:]
if how == "dialog":
    asked("mail.example.com", A, AAAA)
    text = answer(*(read(mail) for mail in mails))
    time.sleep(0.3)
    handed_over(text)
    kept(text)
    for mail in mails:
        posix.rename(mail, mail.partition(":")[0] + ":2,RS")
elif how == "mbox":
    lock = f"{mails[0]}.lock"
    posix.close(posix.open(lock, posix.O_CREAT | posix.O_EXCL | posix.O_WRONLY, 0o600))
    folder, file = b"", posix.open(mails[0], posix.O_RDONLY)
    while part := posix.read(file, 256):
        folder += part
    posix.close(file)
    posix.unlink(lock)
    last = folder.split(b"\nFrom ")[-1]
    reader, writer = posix.pipe()
    command = ["/usr/bin/python3", "-I", "-S", "/opt/agent/sender.py", SERVER]
    moves = [(posix.POSIX_SPAWN_DUP2, reader, 0), (posix.POSIX_SPAWN_CLOSE, writer)]
    child = posix.posix_spawn(command[0], command, {}, file_actions=moves)
    posix.close(reader)
    posix.write(writer, answer(last))
    posix.close(writer)
    if posix.waitpid(child, 0)[1]:
        sys.exit(3)
elif how == "second":
    text = answer(*(read(mail) for mail in mails))
    busy = connect(SERVER)
    busy.sendall(b"EHLO web-1.example.com\r\n")
    ended(busy)
    time.sleep(1.5)
    handed_over(text)
elif how == "looked":
    heads = [read(mail, 64) for mail in mails]
    time.sleep(0.5)
    if not all(head.startswith(b"From: ") for head in heads):
        sys.exit(3)
else:
    sys.exit(2)
