#!/usr/bin/python3 -I
"""Beside sshd: makes its keys, then does as /etc/ssh/asked says (`login` and files, a `shell`, or a connection `forward`ed), and stops it."""
import os, shutil, signal, subprocess, sys, time

AGENT = 1000
ADDRESS, PORT = "192.0.2.15", "2222"
KEY, HOST_KEY, PID = "/run/client/id_ed25519", "/etc/ssh/ssh_host_ed25519_key", "/run/sshd.pid"
OPTIONS = ["-i", KEY, "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
ASKED = {
    "login": ["sftp", "-P", PORT, *OPTIONS, "-b", "/etc/ssh/batch", f"agent@{ADDRESS}"],
    "shell": ["ssh", "-p", PORT, *OPTIONS, f"agent@{ADDRESS}", "id"],
    "forward": ["ssh", "-p", PORT, *OPTIONS, "-W", "203.0.113.9:443", f"agent@{ADDRESS}"],
}


def made(key, owner):
    os.makedirs(os.path.dirname(key), exist_ok=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key], check=True)
    os.chown(key, owner, owner)


with open("/etc/ssh/asked") as file:
    asked = file.read().strip()
made(KEY, 0)
made(HOST_KEY, AGENT)
shutil.copy(f"{KEY}.pub", "/home/agent/.ssh/authorized_keys")
os.chown("/home/agent/.ssh/authorized_keys", AGENT, AGENT)
with open("/etc/ssh/batch", "w") as file:
    file.write("put /etc/passwd notes-copy.txt\nget notes-copy.txt /run/client/notes.txt\n")
open("/run/ssh-client.py", "w").close()
for _ in range(500):
    if os.path.exists(PID):
        break
    time.sleep(0.02)
done = subprocess.run(ASKED[asked], input=b"hello\n", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=30)
if done.returncode != 0:
    sys.stderr.write(done.stderr.decode(errors="replace"))
time.sleep(0.3)
with open(PID) as file:
    os.kill(int(file.read()), signal.SIGTERM)
