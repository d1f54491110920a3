#!/usr/bin/python3 -I
"""Somebody on an island who reaches the SSH daemon by a program of their own, and many at the door at once; not recorded: islander.py WHAT [VALUE]

scripted: files go and come by a client in Python (Paramiko), many requests at a time, with new keys of the session in between, after a password that is not
asked for; folders are walked through, and a file is looked at by sums of its own · crowded: more come than the daemon lets try at once, one of them says
nothing any more; who was turned away comes again
"""
import os, socket, stat, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, HOST, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys
from person import PID, sftp
from roamer import made, must_be_same


def scripted(number):
    import paramiko

    boat = paramiko.SSHClient()
    boat.set_missing_host_key_policy(paramiko.RejectPolicy())
    with open("/etc/ssh/ssh_host_ed25519_key.pub") as key:
        kind, text, *_ = key.read().split()
    boat.get_host_keys().add(f"[{HOST}]:2222", kind, paramiko.Ed25519Key(data=paramiko.py3compat.decodebytes(text.encode())))
    try:
        boat.connect(HOST, 2222, "agent", password="made-up-and-of-no-use", look_for_keys=False, allow_agent=False)
        sys.exit("islander: the password was taken")
    except paramiko.SSHException:
        boat.close()
    boat.connect(HOST, 2222, "agent", key_filename=f"{OWN}/key", look_for_keys=False, allow_agent=False, compress=int(number) % 2 == 1)
    boat.get_transport().set_keepalive(1)
    boat.get_transport().packetizer.REKEY_BYTES = 1 << 16
    files = boat.open_sftp()
    files.chdir(".")
    files.mkdir(f"charts-{number}", 0o750)
    for at in range(3 + int(number) % 4):
        path = made(f"charts/{at}.bin", 20_000 + 40_000 * at)
        files.put(path, f"charts-{number}/{at}.part")
        files.posix_rename(f"charts-{number}/{at}.part", f"charts-{number}/{at}.bin")
        files.utime(f"charts-{number}/{at}.bin", (1767225600 + at, 1767225600 + at))
    with files.open(f"charts-{number}/log.txt", "a", bufsize=4096) as log:
        log.set_pipelined(True)
        for at in range(200):
            log.write(f"Sounding {at}: made up.\n")
    with files.open(f"charts-{number}/0.bin", "r+") as chart:
        chart.seek(5000)
        chart.write(b"made up" * 9)
        chart.truncate(19_000)
    time.sleep(1.1 + 0.2 * int(number))
    for entry in sorted(files.listdir_iter("documents"), key=lambda each: each.filename)[: 2 + int(number)]:
        if stat.S_ISREG(entry.st_mode):
            files.get(f"documents/{entry.filename}", f"{OWN}/{entry.filename}", prefetch=True)
            must_be_same(f"{OWN}/{entry.filename}", f"/home/agent/documents/{entry.filename}")
    with files.open(f"charts-{number}/1.bin") as chart:
        parts = chart.readv([(0, 100), (30_000, 100), (50_000, 64)])
        if sum(map(len, parts)) != 264:
            sys.exit("islander: these are other parts")
    try:
        files.stat(f"charts-{number}/nothing")
        sys.exit("islander: there is something")
    except FileNotFoundError:
        pass
    files.remove(f"charts-{number}/log.txt")
    files.close()
    boat.close()


def crowded(number):
    silent = socket.create_connection((HOST, 2222))
    silent.sendall(b"SSH-2.0-a_ferry_that_went_dark\r\n")
    waiting = [socket.create_connection((HOST, 2222)) for _ in range(2)]
    time.sleep(0.4)
    turned_away = subprocess.run(["ssh", *LOGIN, "-N", "-o", "ConnectTimeout=5", "-p", "2222", PERSON], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 timeout=20).returncode
    if turned_away != 255:
        sys.exit("islander: there was room")
    for each in waiting:
        each.close()
    silent.settimeout(15)
    for _ in range(30):
        done = subprocess.run(["sftp", *COPY, "-o", "ConnectionAttempts=2", "-b", "-", PERSON], timeout=20, text=True, capture_output=True,
                              input=f"put {OWN}/note waited-{number}.txt\nls -l waited-{number}.txt\nget documents/plan-q2.txt {OWN}/plan\n")
        if done.returncode == 0:
            break
        time.sleep(0.3)
    else:
        sys.exit(f"islander: {done.stderr}")
    while silent.recv(4096):  # until the daemon is tired of it
        pass
    silent.close()
    many = [subprocess.Popen(["sftp", *COPY, "-o", "Ciphers=aes192-ctr", "-b", "-", PERSON], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL) for _ in range(2 + int(number) % 2)]
    for at, each in enumerate(many):
        each.stdin.write(f"put {OWN}/note many-{number}-{at}.txt\n".encode())
        each.stdin.close()
    if not any([each.wait(20) == 0 for each in many]):
        sys.exit("islander: nobody came in")
    run("ssh", "-F", "none", *KNOWN, "-i", f"{OWN}/other", "-i", f"{OWN}/key", "-o", "ConnectTimeout=5", "-N", "-p", "2222", f"nobody@{HOST}",
        ends=(255,))
    sftp("ls documents")
    must_be_same(f"{OWN}/plan", "/home/agent/documents/plan-q2.txt")


USES = {each.__name__: each for each in (scripted, crowded)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("islander.py", ssh_keys, PID, lambda: USES[what](value))
