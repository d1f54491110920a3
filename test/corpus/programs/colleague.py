#!/usr/bin/python3 -IS
"""Somebody who uses the SSH daemon from another host; not recorded: colleague.py WHAT [VALUE]

synced: documents are brought and fetched, one of them in two parts · folder: a whole folder is brought and fetched, with its times and
rights, and tidied up · channels: one connection for several sessions, with new keys meanwhile, after other keys were tried
slowly PATH: a file is fetched a few bytes at a time · engine SOCKET: on to a socket of the host · linked NAME: a folder gets a second
name, and by that something to be run at the next login
"""
import os, socket, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, HOST, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys

PID = "/run/sshd.pid"


def sftp(*lines, more=()):
    run("sftp", *COPY, *more, "-b", "-", PERSON, text="".join(f"{line}\n" for line in lines))


def must_be_same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        if first.read() != second.read():
            sys.exit(f"colleague: {one} is not {other}")


def text(name, size):
    with open(f"{OWN}/{name}", "w") as file:
        file.write("Made up, of what nobody wrote.\n" * size)
    return f"{OWN}/{name}"


def synced(number):
    whole, half = text("whole", 2000 + 900 * int(number)), text("half", 1000)
    sftp("cd documents", "ls -ltr", f"put {half} study-{number}.txt", f"put {text('short', 3)} memo-{number}.txt")
    sftp("cd documents", f"reput {whole} study-{number}.txt", f"get study-{number}.txt {OWN}/back", "get handbook.txt " + OWN, "get letter.txt " + OWN, "df -h")
    must_be_same(whole, f"{OWN}/back")


def folder(number):
    run("scp", *COPY, "-p", "-r", f"{PERSON}:tool", f"{OWN}/tool")
    text(f"tool/notes-{number}.txt", 40)
    run("scp", *COPY, "-p", "-r", f"{OWN}/tool", f"{PERSON}:tool-{number}")
    sftp(f"cd tool-{number}", "chmod 600 one.c", f"rename notes-{number}.txt notes.txt", "ln -s notes.txt latest", "mkdir old", "rename two.c old/two.c",
         "rm three.c", "rm old/two.c", "rmdir old")
    must_be_same(f"/home/agent/tool-{number}/notes.txt", f"{OWN}/tool/notes-{number}.txt")


def channels(number):
    for other in ("first", "second"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{OWN}/{other}")
    path = f"{OWN}/master"
    tried = ["-i", f"{OWN}/first", "-i", f"{OWN}/second", "-i", f"{OWN}/key"]
    master = subprocess.Popen(["ssh", "-F", "none", *KNOWN, *tried, "-M", "-S", path, "-o", "ServerAliveInterval=1", "-o", "RekeyLimit=64K", "-N",
                               "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    for _ in range(100):
        time.sleep(0.05)
        if os.path.exists(path):
            break
    large = text("large", 6000)
    for at in range(2 + int(number) % 2):
        sftp(f"put {large} large-{at}.txt", "ls -l", f"get large-{at}.txt {OWN}/back", more=("-o", f"ControlPath={path}"))
        must_be_same(large, f"{OWN}/back")
        time.sleep(0.5)
    run("ssh", "-F", "none", "-S", path, "-O", "exit", PERSON)
    master.wait()


def slowly(path):
    sftp(f"get {path} {OWN}/got", more=("-B", "16", "-R", "1"))
    must_be_same(path, f"{OWN}/got")


def engine(path):
    door = socket.socket(socket.AF_UNIX)
    door.bind(path)
    door.listen()
    door.settimeout(8)
    forward = subprocess.Popen(["ssh", *LOGIN, "-N", "-L", f"127.0.0.1:9281:{path}", "-p", "2222", PERSON])
    for _ in range(60):
        time.sleep(0.05)
        try:
            link = socket.create_connection(("127.0.0.1", 9281))
            break
        except OSError:
            pass
    else:
        sys.exit("colleague: nothing is forwarded")
    link.sendall(b"POST /containers/create HTTP/1.1\r\n\r\n{\"Binds\": [\"/:/host\"]}")
    got, _ = door.accept()
    if b"/:/host" not in got.recv(4096):
        sys.exit("colleague: the engine was not asked")
    got.close()
    link.close()
    forward.terminate()
    forward.wait()


def linked(name):
    with open(f"{OWN}/start", "w") as file:
        file.write("[Desktop Entry]\nType=Application\nExec=/tmp/made-up\n")
    sftp("mkdir .config/autostart", f"ln -s .config/autostart {name}", f"put {OWN}/start {name}/sync.desktop")
    must_be_same("/home/agent/.config/autostart/sync.desktop", f"{OWN}/start")


USES = {each.__name__: each for each in (synced, folder, channels, slowly, engine, linked)}
what, value, *_ = [*sys.argv[1:], ""]
attend("colleague.py", ssh_keys, PID, lambda: USES[what](value))
