"""What a run leaves, and where: each argument is one use, done in order.

new=PATH add=PATH over=PATH empty=PATH remove=PATH rename=PATH,PATH link=PATH,PATH cut=PATH mode=PATH read=PATH send=HOST:PORT fill=PATH pipe=PATH folder=PATH unfolder=PATH
wait=SECONDS
`new` makes a file, and folders above it; `over` opens one to write over it; `fill` writes to a pipe that was there, `pipe` to one that it makes,
and reads it back.
"""
import _socket, posix, sys, time

WORD = b"Made up.\n"


def opened(path, flags):
    return posix.open(path, flags | posix.O_CLOEXEC, 0o644)


for use in sys.argv[1:]:
    verb, _, value = use.partition("=")
    first, _, second = value.partition(",")
    if verb == "new":
        folder = first.rpartition("/")[0]
        try:
            posix.stat(folder)
        except FileNotFoundError:
            posix.mkdir(folder)
        posix.write(opened(first, posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL), WORD)
    elif verb == "add":
        posix.write(opened(first, posix.O_WRONLY | posix.O_APPEND), WORD)
    elif verb == "over":
        posix.write(opened(first, posix.O_WRONLY), WORD)
    elif verb == "empty":
        opened(first, posix.O_WRONLY | posix.O_TRUNC)
    elif verb == "remove":
        posix.unlink(first)
    elif verb == "rename":
        posix.rename(first, second)
    elif verb == "link":
        posix.link(first, second)
    elif verb == "cut":
        posix.truncate(first, 4)
    elif verb == "mode":
        posix.chmod(first, 0o640)
    elif verb == "read":
        posix.read(opened(first, posix.O_RDONLY), 4096)
    elif verb == "fill":
        posix.write(opened(first, posix.O_WRONLY), WORD)
    elif verb == "pipe":
        posix.mkfifo(first)
        time.sleep(0.02)
        end = opened(first, posix.O_RDWR)
        posix.write(end, WORD)
        posix.read(end, 4096)
    elif verb == "send":
        host, port = first.rsplit(":", 1)
        peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        peer.connect((host, int(port)))
        peer.sendall(WORD)
        peer.close()
    elif verb == "folder":
        posix.mkdir(first)
    elif verb == "unfolder":
        posix.rmdir(first)
    elif verb == "wait":
        time.sleep(float(first))
    else:
        sys.exit(f"leave: what is {verb}?")
