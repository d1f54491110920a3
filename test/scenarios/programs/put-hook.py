#!/usr/bin/python3 -IS
"""What lies in a repository before a run, and is not recorded: put-hook.py NAME...: hooks of /home/agent/notes."""
import os, sys

folder = "/home/agent/notes/.git/hooks"
os.makedirs(folder)
for name in sys.argv[1:]:
    with open(f"{folder}/{name}", "w") as hook:
        hook.write("#!/bin/sh\nexit 0\n")
    os.chmod(f"{folder}/{name}", 0o755)
with open("/run/put-hook.py", "w"):
    pass
