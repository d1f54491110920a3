#!/usr/bin/python3 -IS
"""Somebody who works over the SSH daemon from another host; not recorded: partner.py WHAT [VALUE]

synced: a whole folder is copied there, changed, and copied back · edited: documents are fetched and put back with changes · shared: one
connection for several things, with pauses and new keys of the session in between
onward HOST:PORT,SECONDS: a session that stands already is told after a while to go on to another host · pieces PATH,SECONDS: a key, a
few bytes at a time · cut PATH: a log is made shorter · unit: a folder is copied there that brings a service
"""
import os, struct, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, LOGIN, OWN, PERSON, attend, run, ssh_keys
from person import PID, leave, must_hold, sftp

MUX = ["-o", f"ControlPath={OWN}/mux"]


class Files:
    """The few requests of SFTP (draft-ietf-secsh-filexfer-02) that no client at hand sends in this way."""

    OPEN, READ, SETSTAT = 3, 5, 9

    def __init__(self):
        command = ["ssh", *LOGIN, "-p", "2222", "-s", PERSON, "sftp"]
        self.ssh = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.asked(1, struct.pack(">I", 3))

    def asked(self, kind, what):
        """What is answered, without its length: kind, number, the rest."""
        self.ssh.stdin.write(struct.pack(">IB", len(what) + 1, kind) + what)
        self.ssh.stdin.flush()
        (size,) = struct.unpack(">I", self.ssh.stdout.read(4))
        return self.ssh.stdout.read(size)

    def request(self, kind, what):
        return self.asked(kind, struct.pack(">I", 7) + what)

    def ended(self):
        self.ssh.stdin.close()
        self.ssh.wait(10)


def text(value):
    return struct.pack(">I", len(value)) + value


def synced(number):
    for at in range(2 + int(number)):
        os.makedirs(f"{OWN}/site/part-{at}")
        for name in ("index.txt", "data.bin"):
            with open(f"{OWN}/site/part-{at}/{name}", "wb") as file:
                file.write(os.urandom(700 * (1 + at)))
    run("scp", *COPY, "-r", "-p", f"{OWN}/site", f"{PERSON}:site")
    sftp("cd site", f"put -r {OWN}/site/part-1 again", "chmod 640 part-0/index.txt", "rename part-0/data.bin part-0/old.bin", "rm part-0/old.bin",
         "rm again/*", "rmdir again", "ls -l part-1", f"put {OWN}/note part-0/note")
    run("scp", *COPY, "-r", f"{PERSON}:site", f"{OWN}/back")
    if not os.path.exists(f"{OWN}/back/part-0/note"):
        sys.exit("partner: it did not come back")


def edited(number):
    names = ("letter.txt", "survey.txt", "offer-2026.txt")[: 1 + int(number) % 3]
    for name in names:
        sftp(f"get documents/{name} {OWN}/{name}")
        with open(f"{OWN}/{name}", "a") as file:
            file.write(f"A line more, number {number}, made up as well.\n")
        time.sleep(0.3 * int(number))
        sftp(f"put {OWN}/{name} documents/{name}", f"put {OWN}/{name} documents/new-{number}-{name}")
    must_hold(f"/home/agent/documents/{names[0]}", "A line more")


def shared(number):
    master = subprocess.Popen(["ssh", *LOGIN, *MUX, "-M", "-N", "-o", "RekeyLimit=40K", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    while not os.path.exists(f"{OWN}/mux"):
        time.sleep(0.05)
    with open(f"{OWN}/large", "wb") as file:
        file.write(os.urandom(100000))
    for at in range(3):
        run("sftp", *COPY, *MUX, "-b", "-", PERSON, text=f"put {OWN}/large upload-{at}.bin\nls -l\nget documents/plan-q{1 + at % 2}.txt {OWN}/got\n")
        time.sleep(0.5 * int(number))
    leave(master, 0.1)


def onward(value):
    address, _, seconds = value.partition(",")
    master = subprocess.Popen(["ssh", *LOGIN, *MUX, "-M", "-N", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    while not os.path.exists(f"{OWN}/mux"):
        time.sleep(0.05)
    run("sftp", *COPY, *MUX, "-b", "-", PERSON, text=f"put {OWN}/note note.txt\n")
    time.sleep(float(seconds))
    run("ssh", *MUX, "-O", "forward", "-D", "127.0.0.1:9180", PERSON)
    run("curl", "-s", "-m", "2", "--http0.9", "-x", "socks5://127.0.0.1:9180", "-o", f"{OWN}/got", f"http://{address}/")
    leave(master, 0.1)
    must_hold(f"{OWN}/got", "installed")


def pieces(value):
    path, _, seconds = value.partition(",")
    files, got = Files(), b""
    handle = files.request(Files.OPEN, text(path.encode()) + struct.pack(">II", 1, 0))[5:]
    while (part := files.request(Files.READ, handle + struct.pack(">QI", len(got), 48)))[0] == 103:
        got += part[9:]
        time.sleep(float(seconds) / 2)
    files.ended()
    if b"PRIVATE KEY" not in got:
        sys.exit("partner: that is no key")


def cut(path):
    size = os.path.getsize(path)
    files = Files()
    answer = files.request(Files.SETSTAT, text(path.encode()) + struct.pack(">IQ", 1, size // 2))
    files.ended()
    if answer[5:9] != bytes(4) or os.path.getsize(path) != size // 2:
        sys.exit("partner: the log is as long as it was")


def unit(number):
    folder = f"{OWN}/config/systemd/user"
    os.makedirs(f"{OWN}/config/theme")
    os.makedirs(folder)
    for path, line in ((f"{OWN}/config/theme/colours", "dark\n"), (f"{folder}/sync.service", f"[Service]\nExecStart=/tmp/x-{number}\n")):
        with open(path, "w") as file:
            file.write(line)
    run("scp", *COPY, "-r", f"{OWN}/config/systemd", f"{OWN}/config/theme", f"{PERSON}:.config/")
    must_hold("/home/agent/.config/systemd/user/sync.service", f"x-{number}")


USES = {each.__name__: each for each in (synced, edited, shared, onward, pieces, cut, unit)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("partner.py", ssh_keys, PID, lambda: USES[what](value))
