"""summarizer.py HOW DOCUMENT SECONDS: an agent that has a document shortened by the service that its task declares.

sections: one request for each 16 KiB, by one connection · again: logs in, and asks a second time when a person wants it shorter ·
converted: a child unpacks the text into a temporary file · saved: reads from the end, and keeps the summary beside other summaries ·
looked: there may be nothing in it, and then nothing is sent
"""
import mmap, posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

SERVICE = "198.51.100.10:443"
how, document, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])


def request(*parts):
    peer = connect(SERVICE)
    for part in parts:
        peer.sendall(part)
    return ended(peer)


def whole(path):
    with open(path, "rb", buffering=0) as file:
        return file.read()


def kept(name, text):
    folder = "/home/agent/summaries"
    if "summaries" not in posix.listdir("/home/agent"):
        posix.mkdir(folder)
    with open(f"{folder}/.{name}.new", "wb", buffering=0) as file:
        file.write(text)
    posix.rename(f"{folder}/.{name}.new", f"{folder}/{name}")


name = document.rpartition("/")[2]
if how == "sections":
    file, at = posix.open(document, posix.O_RDONLY), 0
    peer = connect(SERVICE)
    while part := posix.pread(file, 16384, at):
        peer.sendall(b"POST /summary\n" + part)
        at += len(part)
        time.sleep(seconds / 8)
    ended(peer)
elif how == "again":
    asked("api.example.com", A, AAAA)
    token = whole("/home/agent/.config/notes-agent/token")
    request(b"POST /login\n", token)
    request(b"POST /summary\n", whole(document)[:4096])
    time.sleep(seconds)
    request(b"POST /summary?shorter\n", whole(document)[:4096])
elif how == "converted":
    text = f"/tmp/{name}.xml"
    command = ["/usr/bin/unzip", "-q", "-p", document, "content.xml"]
    out = (posix.POSIX_SPAWN_OPEN, 1, text, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o600)
    _, status = posix.waitpid(posix.posix_spawn(command[0], command, {}, file_actions=[out]), 0)
    if status != 0:
        sys.exit(3)
    content = whole(text)
    time.sleep(seconds)
    request(b"POST /summary\n", content)
    posix.unlink(text)
elif how == "saved":
    with open(document, "rb", buffering=0) as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as view:
        lines = view[:].splitlines()
    request(b"POST /summary\n", *(line + b"\n" for line in reversed(lines)))
    time.sleep(seconds)
    kept(name, lines[-1] + b"\n")
elif how == "looked":
    text = whole(document)
    time.sleep(seconds)
    if text.strip():
        request(b"POST /summary\n", text)
    kept(name, b"There is nothing in it.\n" if not text.strip() else text[:32])
else:
    sys.exit(2)
