#!/usr/bin/python3 -I
"""unfinished.py MAIL SECONDS: answers a mail in two steps: a draft is kept, and after so long it is sent and put among what was sent. Where a draft of
that mail is there already, since somebody ended the program in between, it goes on with that one."""
import email.parser, os, pathlib, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

mail, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
mailbox = pathlib.Path.home() / "Maildir"
name = f"of-{mail.name.partition(':')[0]}"
for folder in (".Drafts", ".Sent"):
    for each in ("tmp", "cur"):
        os.makedirs(mailbox / folder / each, exist_ok=True)
draft = mailbox / ".Drafts/cur" / f"{name}:2,D"


def drafted():
    with open(mail) as file:
        question = email.parser.Parser().parse(file)
    new = mailbox / ".Drafts/tmp" / f"{name}.{os.getpid()}"
    with open(new, "x") as file:
        file.write(f"To: {question['From']}\nSubject: Re: {question['Subject']}\n\nYes, all of it was made up.\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(new, draft)


if not draft.exists():
    drafted()
time.sleep(seconds)
answer = draft.read_bytes()
asked("mail.example.com", A, AAAA)
peer = connect("198.51.100.25:587")
peer.sendall(b"EHLO web-1\r\n")
said = peer.recv(64)
peer.sendall(b"MAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n" + answer.replace(b"\n", b"\r\n") + b".\r\nQUIT\r\n")
ended(peer, said)
os.rename(draft, mailbox / ".Sent/cur" / f"{name}:2,S")
