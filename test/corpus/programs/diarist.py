#!/usr/bin/python3 -I
"""diarist.py NUMBER SECONDS: keeps notes by Dulwich, without the programs of git: what was agreed is written, committed and pushed; when the server hangs up, once more.

GIT_SSH names what is started for the remote.
"""
import os, sys, time

from dulwich import porcelain
from dulwich.client import HangupException
from dulwich.errors import GitProtocolError
from dulwich.repo import Repo

number, seconds = sys.argv[1], float(sys.argv[2])
folder = os.path.join(os.environ["HOME"], "notebook")
who = b"notes-agent <notes@example.com>"
with Repo(folder) as notes:
    with open(f"{folder}/diary-{number}.md", "w") as diary:
        diary.write(f"# Day {number}\n\n" + "- agreed, made up\n" * (3 + int(number)))
    with open(f"{folder}/open.md", "a") as still_open:
        still_open.write(f"- day {number}\n")
    porcelain.add(notes, [f"{folder}/diary-{number}.md", f"{folder}/open.md"])
    porcelain.commit(notes, f"Keep day {number}\n".encode(), author=who, committer=who)
    porcelain.tag_create(notes, f"day-{number}".encode(), message=b"as agreed", author=who, annotated=True)
    for turn in range(3):
        time.sleep(seconds)
        try:
            with open(f"/tmp/pushed-{number}", "wb") as said:
                porcelain.push(notes, "git@git.example.com:notes.git", [b"refs/heads/main", f"refs/tags/day-{number}".encode()], outstream=said, errstream=said)
            break
        except (HangupException, GitProtocolError, BrokenPipeError) as problem:
            if turn == 2:
                sys.exit(f"diarist: {problem}")
