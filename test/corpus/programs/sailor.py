#!/usr/bin/python3 -IS
"""Somebody on a ship who keeps copies by the SSH daemon, and guests with a certificate; not recorded: sailor.py WHAT [VALUE]

copies: the ship keeps copies of its log here, by restic, in several connections; one night is broken off and begun again, and a file is fetched back · guests: who comes is known by a certificate that the
house has signed; one has run out, one is for somebody else, one holds elsewhere only, one is of another house and one was taken back
"""
import os, shlex, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys
from person import PID
from roamer import made, must_be_same


def restic(*words, ends=(0,), seconds=30):
    way = f"ssh -a -x -p 2222 {shlex.join(LOGIN)} {PERSON} -s sftp"
    done = subprocess.run(["timeout", "-s", "INT", str(seconds), "restic", "-q", "-o", f"sftp.command={way}", "-o", "sftp.connections=2", "-r", "sftp:ship:copies", "--no-cache", *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"HOME": OWN, "PATH": "/usr/bin:/bin", "RESTIC_PASSWORD": "made-up", "GOMAXPROCS": "2"})
    if done.returncode not in ends:
        sys.exit(f"sailor: restic ended with {done.returncode}: {done.stderr}")
    return done.stdout


def room():
    """Where the ship keeps its copies there is a repository already."""
    ssh_keys()
    subprocess.run(["restic", "-q", "-r", "/home/agent/copies", "--no-cache", "init"], check=True, env={"PATH": "/usr/bin:/bin", "HOME": OWN, "RESTIC_PASSWORD": "made-up"})


def copies(number):
    for at in range(4 + int(number)):
        made(f"log/leg-{at % 2}/{at}.bin", 3000 + 20_000 * at)
    restic("backup", f"{OWN}/log")
    made("log/chart.bin", 400_000 + 100_000 * int(number))
    restic("backup", "--limit-upload", "100", f"{OWN}/log", ends=(124, 130), seconds=2 + 0.3 * int(number))
    restic("backup", f"{OWN}/log")
    restic("restore", "latest", "--target", f"{OWN}/back", "--include", "chart.bin")
    must_be_same(f"{OWN}/back{OWN}/log/chart.bin", f"{OWN}/log/chart.bin")


def signed(name, *how, by="house"):
    if not os.path.exists(f"{OWN}/{name}"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", f"{OWN}/{name}")
    run("ssh-keygen", "-q", "-s", f"{OWN}/{by}", "-I", name, *how, f"{OWN}/{name}.pub")


def house():
    ssh_keys()
    for name in ("house", "elsewhere"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", f"{OWN}/{name}")
    with open(f"{OWN}/house.pub") as own, open("/etc/ssh/guests.pub", "w") as guests:
        guests.write(own.read())
    signed("guest", "-n", "agent", "-V", "-5m:+1h", "-O", "clear", "-O", "source-address=192.0.2.0/24")
    signed("late", "-n", "agent", "-V", "-2h:-1h")
    signed("namesake", "-n", "somebody", "-V", "-5m:+1h")
    signed("far", "-n", "agent", "-V", "-5m:+1h", "-O", "source-address=203.0.113.0/24")
    signed("stranger", "-n", "agent", "-V", "-5m:+1h", by="elsewhere")
    signed("gone", "-n", "agent", "-V", "-5m:+1h")
    run("ssh-keygen", "-q", "-k", "-f", "/etc/ssh/revoked", f"{OWN}/gone-cert.pub")


def guests(number):
    def came(name, text, ends=(0,)):
        by = ("-F", "none", *KNOWN, "-i", f"{OWN}/{name}", "-o", f"CertificateFile={OWN}/{name}-cert.pub", "-o", "IdentitiesOnly=yes", "-q", "-P", "2222")
        run("sftp", *by, "-b", "-", PERSON, text=text, ends=ends)

    made("sketch.bin", 50_000 + 30_000 * int(number))
    came("late", "ls\n", (255,))
    came("guest", f"put {OWN}/sketch.bin sketch-{number}.part\nrename sketch-{number}.part sketch-{number}.bin\nls -l sketch-{number}.bin\n")
    for name in ("namesake", "far", "stranger", "gone")[int(number) % 2 :: 2]:
        came(name, "ls\n", (255,))
    time.sleep(0.2 * int(number))
    came("guest", f"get sketch-{number}.bin {OWN}/back.bin\nget documents/survey.txt {OWN}/survey\nmkdir guest-{number}\nput {OWN}/note guest-{number}/note.txt\n")
    must_be_same(f"{OWN}/back.bin", f"{OWN}/sketch.bin")
    signed("late", "-n", "agent", "-V", "-5m:+10m")
    came("late", f"get documents/plan-q1.txt {OWN}/plan\n")


USES = {each.__name__: each for each in (copies, guests)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("sailor.py", house if what == "guests" else room, PID, lambda: USES[what](value))
