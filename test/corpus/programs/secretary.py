#!/usr/bin/python3 -I
"""secretary.py MAIL SECONDS: answers a mail of several parts as a mail program does. What it encloses is looked at beside the mailbox, the
answer quotes its text and says to which mail it belongs, and is kept once the server has it."""
import email, email.policy, email.utils, os, pathlib, sys, tempfile, time
from email.message import EmailMessage

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

mail, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
mailbox = pathlib.Path.home() / "Maildir"
with open(mail, "rb") as file:
    question = email.message_from_binary_file(file, policy=email.policy.default)
enclosed = []
with tempfile.TemporaryDirectory() as folder:
    for part in question.iter_attachments():
        place = pathlib.Path(folder, part.get_filename())
        place.write_bytes(part.get_content())
        enclosed.append(f"{place.name}, {len(place.read_text().splitlines())} lines")
answer = EmailMessage(policy=email.policy.SMTP)
answer["From"], answer["To"] = "agent@example.com", question["From"]
answer["Subject"] = f"Re: {question['Subject']}"
answer["In-Reply-To"] = answer["References"] = question["Message-ID"]
answer["Date"] = email.utils.format_datetime(email.utils.localtime())
text = question.get_body(("plain",)).get_content()
answer.set_content("Yes.\n\n" + "".join(f"> {line}\n" for line in text.splitlines()) + f"\nWhat you enclosed: {'; '.join(enclosed)}\n")
answer.add_alternative("<p>Yes.</p>", subtype="html")
asked("mail.example.com", A, AAAA)
time.sleep(seconds)
peer = connect("198.51.100.25:587")
peer.sendall(b"EHLO web-1.example.com\r\n")
said = peer.recv(64)
peer.sendall(b"MAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n" + answer.as_bytes() + b"\r\n.\r\nQUIT\r\n")
ended(peer, said)
for each in ("", "tmp", "new", "cur"):
    os.makedirs(mailbox / ".Sent" / each, exist_ok=True)
name = f"{int(time.time())}.P{os.getpid()}.web-1:2,S"
with open(mailbox / ".Sent/tmp" / name, "xb") as file:
    file.write(answer.as_bytes())
    os.fsync(file.fileno())
os.rename(mailbox / ".Sent/tmp" / name, mailbox / ".Sent/cur" / name)
