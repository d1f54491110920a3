#!/usr/bin/python3 -IS
"""Somebody who reaches the SSH daemon from a boat; not recorded: ferryman.py WHAT [VALUE]

mirrored: folders are kept the same on both sides by rclone, in several connections, and brought up to date · asleep: the computer sleeps in the middle of a
download, so that the daemon takes its user for gone; it wakes, finds that out, and fetches the rest
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, HOST, OWN, PERSON, attend, ssh_keys
from person import PID, sftp
from roamer import made, must_be_same


def rclone(verb, *words, ends=(0,)):
    """Without programs at the other side: sums of files would be made by a shell there."""
    with open("/etc/ssh/ssh_host_ed25519_key.pub") as key, open(f"{OWN}/known", "w") as known:
        known.write(f"[{HOST}]:2222 {key.read()}")
    settings = {"HOST": HOST, "PORT": "2222", "USER": "agent", "KEY_FILE": f"{OWN}/key", "KNOWN_HOSTS_FILE": f"{OWN}/known", "SHELL_TYPE": "none",
                "DISABLE_HASHCHECK": "true", "MD5SUM_COMMAND": "none", "SHA1SUM_COMMAND": "none"}
    done = subprocess.run(["rclone", verb, "-q", "--config", "", "--transfers=2", "--checkers=2", "--retries=1", *words], timeout=40, stdin=subprocess.DEVNULL,
                          env={"HOME": OWN, "PATH": "/usr/bin", **{f"RCLONE_SFTP_{name}": value for name, value in settings.items()}},
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode not in ends:
        sys.exit(f"ferryman: rclone ended with {done.returncode}: {done.stderr.decode()}")


def mirrored(number):
    for at in range(3 + int(number)):
        made(f"album/day-{at % 3}/{at}.jpg", 2000 + 9000 * at)
    rclone("copy", f"{OWN}/album", f":sftp:album-{number}")
    rclone("copy", ":sftp:documents", f"{OWN}/documents", "--include", "*-*.txt")
    must_be_same(f"{OWN}/documents/plan-q1.txt", "/home/agent/documents/plan-q1.txt")
    time.sleep(1 + 0.2 * int(number))
    made("album/day-0/0.jpg", 4000)
    made("album/last/one.jpg", 700)
    rclone("copy", f"{OWN}/album", f":sftp:album-{number}", "--update")
    rclone("moveto", f":sftp:album-{number}/last/one.jpg", f":sftp:album-{number}/day-1/one.jpg")
    rclone("rmdirs", f":sftp:album-{number}/last")
    rclone("check", "--size-only", "--one-way", f"{OWN}/album/day-0", f":sftp:album-{number}/day-0")
    rclone("lsf", f":sftp:nothing-of-{number}", ends=(3,))
    must_be_same(f"/home/agent/album-{number}/day-0/0.jpg", f"{OWN}/album/day-0/0.jpg")


def asleep(number):
    os.mkdir("/home/agent/films")
    film = f"/home/agent/films/trip-{number}.bin"
    with open(film, "wb") as file:
        file.write(os.urandom(1024) * (300 + 40 * int(number)))
    fetching = subprocess.Popen(["sftp", *COPY, "-C", "-l", "800", "-b", "-", PERSON], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)
    fetching.stdin.write(f"get films/trip-{number}.bin {OWN}/film\n".encode())
    fetching.stdin.close()
    for _ in range(200):
        time.sleep(0.05)
        if os.path.exists(f"{OWN}/film"):
            break
    time.sleep(0.5)
    os.killpg(fetching.pid, signal.SIGSTOP)
    time.sleep(8 + 0.3 * int(number))
    os.killpg(fetching.pid, signal.SIGCONT)
    if fetching.wait(20) == 0:
        sys.exit("ferryman: nobody noticed")
    sftp(f"reget films/trip-{number}.bin {OWN}/film", f"get documents/travel.txt {OWN}/travel", "ls -l films")
    must_be_same(f"{OWN}/film", film)


USES = {each.__name__: each for each in (mirrored, asleep)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("ferryman.py", ssh_keys, PID, lambda: USES[what](value))
