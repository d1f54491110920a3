#!/usr/bin/python3 -I
"""sealed.py FIFO MAIL HOST:PORT: answers a mail. What comes by the fifo is moved by the kernel into a file in memory, which is sealed; a child opens
that under the number that it has with its parent, maps it, and encloses it with the answer."""
import fcntl, mmap, os, sys

sys.path.append("/opt/agent")
from peer import connect, ended

fifo, mail, server = sys.argv[1:]
memory = os.memfd_create("answer", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
source = os.open(fifo, os.O_RDONLY)
size = 0
while count := os.splice(source, memory, 65536, offset_dst=size):
    size += count
os.close(source)
fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
parent = os.getpid()
child = os.fork()
if child == 0:
    os.close(memory)
    file = os.open(f"/proc/{parent}/fd/{memory}", os.O_RDONLY)
    view = mmap.mmap(file, 0, prot=mmap.PROT_READ)
    peer = connect(server)
    with open(mail, "rb") as question:
        peer.sendall(b"Subject: Re: Question\r\n\r\n> " + question.read())
    peer.sendmsg([view])
    ended(peer)
    os._exit(0)
sys.exit(size == 0 or os.waitpid(child, 0)[1] != 0)
