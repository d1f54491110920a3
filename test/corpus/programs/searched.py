"""searched.py SECONDS MAIL...: answers mails on a host with a search list: the mail server's name is first asked for with the host's domain
behind it, which nobody knows, and each answer goes by a connection of its own, the first after a pause."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

seconds, *mails = sys.argv[1:]
texts = []
for mail in mails:
    with open(mail, "rb", buffering=0) as file:
        texts.append(file.read(65536))
for name in ("mail.example.com.example.com", "mail.example.com"):
    answers = asked(name, A, AAAA)
if answers[0][7] != 1:
    sys.exit("searched: the name is not known")
time.sleep(float(seconds))
for text in texts:
    peer = connect("198.51.100.25:587")
    peer.sendall(b"EHLO web-1.example.com\r\n")
    said = peer.recv(64)
    peer.sendall(b"MAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n> " + text.replace(b"\n", b"\r\n> ") + b"\r\n.\r\nQUIT\r\n")
    ended(peer, said)
for mail in mails:
    posix.rename(mail, mail.split(":")[0] + ":2,RS")
