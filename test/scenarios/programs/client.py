#!/usr/bin/python3 -IS
"""Somebody at another host, who is not recorded: makes keys for this run, waits for a daemon, asks one thing of it, and ends it.

ssh login SECONDS | ssh put FILE PATH | ssh add FILE PATH | ssh arrange FOLDER COUNT | ssh get PATH | ssh scp PATH | ssh refused | ssh scan | ssh crowd
ssh forward HOST:PORT | ssh listen PATH | ssh do LINE | ssh clear COUNT | ssh order FILE FIFO
web get PATH [EXIT] | web members PATH | web put FILE PATH | web delete PATH

It ends with 0 only if that was done; EXIT is what curl ends with if not 0: 28 where no answer comes.
"""
import os, signal, socket, subprocess, sys, time

HOST = "192.0.2.15"
OWN = "/run/client"
KNOWN = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"]
LOGIN = ["-F", "none", *KNOWN, "-i", f"{OWN}/key"]
COPY = [*LOGIN, "-q", "-P", "2222"]
PERSON = f"agent@{HOST}"


def run(*command, text="", ends=(0,)):
    done = subprocess.run(command, input=text.encode(), timeout=20, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode not in ends:
        sys.exit(f"client: {command[0]} ended with {done.returncode}: {done.stderr.decode()}")


def ssh_keys():
    for key in (f"{OWN}/key", f"{OWN}/other", "/etc/ssh/ssh_host_ed25519_key"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "made for this run", "-f", key)
    with open(f"{OWN}/key.pub") as public, open("/home/agent/.ssh/authorized_keys", "w") as allowed:
        allowed.write(public.read())


def ssh(verb, first="", second=""):
    if verb == "login":
        person = subprocess.Popen(["ssh", *LOGIN, "-N", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
        time.sleep(0.4 + float(first))
        person.terminate()
        person.wait()
    elif verb == "put":
        run("sftp", *COPY, "-b", "-", PERSON, text=f"put {first} {second}\n")
    elif verb == "add":
        by = ("-u", "agent:", "--key", f"{OWN}/key", "--pubkey", f"{OWN}/key.pub")
        run("curl", "-sSk", "-m", "15", *by, "-a", "-T", first, f"sftp://{HOST}:2222{second}")
    elif verb == "arrange":
        names = sorted(os.listdir(first))[: int(second)]
        run("sftp", *COPY, "-b", "-", PERSON, text="".join(f"rename {first}/{each} {first}/{each}.old\n" for each in names))
    elif verb == "clear":
        os.mkdir("/home/agent/old")
        for each in range(int(first)):
            with open(f"/home/agent/old/{each}", "w"):
                pass
        run("sftp", *COPY, "-b", "-", PERSON, text="rm old/*\n")
    elif verb == "listen":
        person = subprocess.Popen(["ssh", *LOGIN, "-N", "-R", f"{first}:{OWN}/none", "-p", "2222", PERSON], stdin=subprocess.DEVNULL)
        for _ in range(200):
            if os.path.exists(first):
                break
            time.sleep(0.05)
        person.terminate()
        person.wait()
        if not os.path.exists(first):
            sys.exit("client: nobody listens there")
    elif verb == "order":
        os.mkfifo(second)
        os.chown(second, 1000, 1000)
        heard = subprocess.Popen(["cat", second], stdout=subprocess.DEVNULL)
        ssh("add", first, second)
        if heard.wait(10) != 0:
            sys.exit("client: nobody heard it")
    elif verb == "do":
        run("sftp", *COPY, "-b", "-", PERSON, text=f"{first}\n")
    elif verb == "get":
        run("sftp", *COPY, "-b", "-", PERSON, text=f"get {first} {OWN}/got\n")
    elif verb == "scp":
        run("scp", *COPY, f"{PERSON}:{first}", f"{OWN}/got")
    elif verb == "refused":
        run("ssh", "-F", "none", *KNOWN, "-i", f"{OWN}/other", "-N", "-p", "2222", PERSON, ends=(255,))
    elif verb == "scan":
        run("ssh-keyscan", "-p", "2222", HOST)
    elif verb == "crowd":
        with socket.create_connection((HOST, 2222)), socket.create_connection((HOST, 2222)) as late:
            if not late.recv(64).startswith(b"Exceeded MaxStartups"):
                sys.exit("client: there was room")
    elif verb == "forward":
        run("ssh", *LOGIN, "-W", first, "-p", "2222", PERSON, text="made up, as all of this\n")
    else:
        sys.exit(f"client: ssh has no {verb}")


def web_keys():
    with open(f"{OWN}/openssl.cnf", "w") as settings:
        settings.write("[req]\ndistinguished_name = name\n[name]\n")
    run("openssl", "req", "-config", f"{OWN}/openssl.cnf", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=web-1", "-days", "2",
        "-keyout", "/etc/ssl/private/web-1.key", "-out", f"{OWN}/web-1.crt")


def web(verb, first, second=""):
    if verb == "get":
        run("curl", "-sfk", "-m", "2", f"https://{HOST}:8443{first}", ends=(int(second or 0),))
    elif verb == "members":
        run("curl", "-sfk", "-m", "2", "-u", "somebody:made-up", f"https://{HOST}:8443{first}")
    elif verb == "delete":
        run("curl", "-sfk", "-X", "DELETE", f"https://{HOST}:8443{first}")
    elif verb == "put":
        run("curl", "-sfk", "-T", first, f"https://{HOST}:8443{second}")
    else:
        sys.exit(f"client: web has no {verb}")


SERVICES = {"ssh": (ssh_keys, "/run/sshd.pid", ssh), "web": (web_keys, "/run/nginx.pid", web)}


def started(pid):
    for _ in range(500):
        try:
            with open(pid) as file:
                return int(file.read())
        except (OSError, ValueError):
            time.sleep(0.02)
    sys.exit("client: the daemon does not start")


def attend(name, keys, pid, ask):
    """Makes what the daemon needs, says under this name that it is there, waits for the daemon, asks, and ends it."""
    os.mkdir(OWN)
    with open(f"{OWN}/note", "w") as note:
        note.write("made up, as all of this\n")
    keys()
    with open(f"/run/{name}", "w"):
        pass
    daemon = started(pid)
    try:
        time.sleep(0.1)
        ask()
        time.sleep(0.2)
    finally:
        os.kill(daemon, signal.SIGTERM)


if __name__ == "__main__":
    service, *act = sys.argv[1:]
    keys, pid, ask = SERVICES[service]
    attend("client.py", keys, pid, lambda: ask(*act))
