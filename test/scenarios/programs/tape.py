#!/usr/bin/python3 -IS
"""Who waits at a pipe with a name, and is not recorded: tape.py PIPE: makes it, and takes what comes."""
import os, sys

os.mkfifo(sys.argv[1])
with open("/run/tape.py", "w"):
    pass
with open(sys.argv[1], "rb") as pipe:
    pipe.read()
