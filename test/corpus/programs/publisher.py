#!/usr/bin/python3 -IS
"""Who brings manuscripts to a house and fetches proofs, by the SSH daemon; not recorded: publisher.py WHAT [VALUE]

proofs: somebody has several keys with an agent, of which the last is known here; much comes and goes under keys that are made anew all the time, packed, and another cipher is taken the next time ·
parcels: who comes by these settings finds one folder, and brings parcels; a line is cut in the middle of one, which is gone on with (reput); one has no room on the list of its sums, and is brought again
"""
import os, signal, subprocess, sys, time

sys.path.append("/opt/agent")
from client import COPY, HOST, KNOWN, OWN, PERSON, attend, run, ssh_keys
from person import PID, must_hold
from roamer import made, must_be_same

PARCELS = "/srv/parcels"


def keys():
    ssh_keys()
    for kind, bits in (("rsa", "2048"), ("ecdsa", "256")):
        run("ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-C", kind, "-f", f"{OWN}/{kind}")
    with open(f"{OWN}/ecdsa.pub") as public, open("/home/agent/.ssh/authorized_keys", "a") as known:
        known.write("restrict,from=\"192.0.2.0/24\" " + public.read())
    os.makedirs(PARCELS, exist_ok=True)


def proofs(number):
    os.makedirs("/home/agent/proofs", exist_ok=True)
    for at in range(2 + int(number) % 3):
        with open(f"/home/agent/proofs/sheet-{at}.txt", "w") as sheet:
            sheet.write("Nobody wrote this line, made up.\n" * (300 + 400 * at))
    made("manuscript.bin", 150_000 + 40_000 * int(number))
    agent = subprocess.run(["ssh-agent", "-s", "-a", f"{OWN}/agent"], capture_output=True, text=True, check=True).stdout
    pid = int(agent.split("SSH_AGENT_PID=")[1].split(";")[0])
    os.environ["SSH_AUTH_SOCK"] = f"{OWN}/agent"
    try:
        run("ssh-add", "-q", f"{OWN}/other", f"{OWN}/rsa", f"{OWN}/ecdsa")
        way = ("-F", "none", *KNOWN, "-q", "-C", "-P", "2222")
        run("sftp", *way, "-o", "RekeyLimit=64K", "-o", "Ciphers=aes128-gcm@openssh.com", "-B", "8192", "-b", "-", PERSON,
            text=f"put {OWN}/manuscript.bin manuscript-{number}.part\nrename manuscript-{number}.part manuscript-{number}.bin\nls -lt proofs\nget -r proofs {OWN}/proofs\n")
        must_be_same(f"{OWN}/manuscript.bin", f"/home/agent/manuscript-{number}.bin")
        time.sleep(0.3 + 0.1 * int(number))
        run("sftp", *way, "-o", "Ciphers=chacha20-poly1305@openssh.com", "-o", "KexAlgorithms=ecdh-sha2-nistp256", "-R", "2", "-b", "-", PERSON,
            text=f"df -h\nget manuscript-{number}.bin {OWN}/back.bin\n-get proofs/none.txt {OWN}/none\nput {OWN}/note proofs/note-{number}.txt\nchmod 640 proofs/note-{number}.txt\n")
        must_be_same(f"{OWN}/back.bin", f"{OWN}/manuscript.bin")
        must_hold(f"{OWN}/proofs/sheet-1.txt", "Nobody wrote")
    finally:
        os.kill(pid, signal.SIGTERM)


def parcels(number):
    size = 900_000 + 200_000 * int(number)
    large = made("plates.bin", size)
    cut = subprocess.Popen(["sftp", *COPY, "-l", "2400", "-b", "-", PERSON], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cut.stdin.write(f"put {large} plates-{number}.bin\n".encode())
    cut.stdin.close()
    for _ in range(400):
        if os.path.exists(f"{PARCELS}/plates-{number}.bin") and os.path.getsize(f"{PARCELS}/plates-{number}.bin") > 200_000:
            break
        time.sleep(0.02)
    cut.kill()
    cut.wait()
    if os.path.getsize(f"{PARCELS}/plates-{number}.bin") >= size:
        sys.exit("publisher: it was whole already")
    time.sleep(0.5)
    run("sftp", *COPY, "-b", "-", PERSON, text=f"pwd\nreput {large} plates-{number}.bin\nls -ln\n")
    must_be_same(large, f"{PARCELS}/plates-{number}.bin")
    for at in range(2 + int(number) % 4):
        made(f"sheets/{at}.bin", 4000 + 9000 * at)
    run("sftp", *COPY, "-b", "-", PERSON, text=f"mkdir sheets-{number}\nput {OWN}/sheets/* sheets-{number}/\nput {OWN}/note sheets-{number}/sums\nrm sheets-{number}/sums\nput -f {OWN}/note sheets-{number}/sums\n-rmdir sheets-{number}\nls sheets-{number}\n")
    run("scp", *COPY, f"{PERSON}:sheets-{number}/1.bin", f"{OWN}/one.bin")
    must_be_same(f"{OWN}/one.bin", f"{OWN}/sheets/1.bin")


USES = {each.__name__: each for each in (proofs, parcels)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("publisher.py", keys, PID, lambda: USES[what](value))
