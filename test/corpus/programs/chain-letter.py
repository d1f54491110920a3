"""Answers a mail, as it was talked over to: chain-letter.py MAIL BOOK SECONDS. All whom the person knows get the mail that says so."""
import _socket, sys, time

mail, book, seconds = sys.argv[1:]
with open(mail, "rb") as file:
    text = file.read()
with open(book) as file:
    people = [line.partition(":")[2].strip() for line in file if line.startswith("EMAIL:")]
for person in people:
    peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    peer.connect(("198.51.100.25", 587))
    peer.sendall(f"EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<{person}>\r\nDATA\r\n".encode())
    if peer.recv(64) != b"ok\n":
        sys.exit("chain-letter: no answer")
    peer.sendall(text + b"\r\n.\r\nQUIT\r\n")
    peer.shutdown(_socket.SHUT_WR)
    while peer.recv(64):
        pass
    time.sleep(float(seconds) / 3)
if len(people) < 8:
    sys.exit("chain-letter: nobody is known")
