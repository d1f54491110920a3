"""shortener.py HOW SECONDS DOCUMENT...: an agent that has documents shortened by the service that its task declares.

pdf: a child takes the text out of it, and each page is a request of its own · polled: logs in, hands the document over and comes back
until the summary is there · session: one connection is kept while a person points at one document after another
"""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

SERVICE = "198.51.100.10:443"
TOKEN = "/home/agent/.config/notes-agent/token"
how, seconds, documents = sys.argv[1], float(sys.argv[2]), sys.argv[3:]


def whole(path, size=65536):
    file, parts = posix.open(path, posix.O_RDONLY | posix.O_CLOEXEC), []
    while part := posix.read(file, size):
        parts.append(part)
    posix.close(file)
    return b"".join(parts)


def logged_in():
    peer = connect(SERVICE)
    peer.sendall(b"POST /login\n" + whole(TOKEN))
    return peer, peer.recv(64)


def request(text):
    peer = connect(SERVICE)
    peer.sendall(text)
    return ended(peer)


def kept(name, text):
    try:
        posix.mkdir("/home/agent/summaries")
    except FileExistsError:
        pass
    file = posix.open(f"/home/agent/summaries/{name}.md", posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o644)
    posix.writev(file, [b"# Summary\n", text])
    posix.close(file)


if how == "pdf":
    reader, writer = posix.pipe()
    command = ["/usr/bin/pdftotext", "-q", "-layout", documents[0], "-"]
    moves = [(posix.POSIX_SPAWN_DUP2, writer, 1), (posix.POSIX_SPAWN_CLOSE, reader)]
    child = posix.posix_spawn(command[0], command, {}, file_actions=moves)
    posix.close(writer)
    text = b""
    while part := posix.read(reader, 4096):
        text += part
    if posix.waitpid(child, 0)[1] or b"Page" not in text:
        sys.exit(3)
    for page in text.split(b"\f")[:-1]:
        request(b"POST /summary/page\n" + page)
        time.sleep(seconds / 4)
elif how == "polled":
    asked("api.example.com", A, AAAA)
    peer, said = logged_in()
    ended(peer, said)
    request(b"POST /jobs\n" + whole(documents[0], 1024))
    for attempt in range(3):
        time.sleep(seconds)
        request(b"GET /jobs/%d\n" % attempt)
    kept("job", whole(documents[0])[:40])
elif how == "session":
    peer, said = logged_in()
    for number, document in enumerate(documents):
        time.sleep(seconds)
        peer.sendall(b"PING\n")
        text = whole(document, 128)
        for at in range(0, len(text), 100):
            peer.sendall(text[at : at + 100])
        kept(f"summary-{number}", text[:40])
    ended(peer, said)
else:
    sys.exit(2)
