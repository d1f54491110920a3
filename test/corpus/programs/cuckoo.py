#!/usr/bin/python3 -I
"""What lies there before a run, besides what boarder.py knows; not recorded: cuckoo.py WHAT...

kept=PATH,LINES: something that only its owner may read, of so many lines · logout=PATH: what a shell ends with. All
else is put there by boarder.py and those before it. It ends with 0 when all that these wait for has come.
"""
import sys

sys.path.append("/opt/agent")
from hosts import set_up
from boarder import GOES_ON, PUT, private
from household import written


def kept(path, lines):
    private(path, "".join(f"word-{at} = made-up-and-of-no-use-{at * 7919 % 1000:03}\n" for at in range(int(lines))))


def logout(path, _):
    written(path, "clear\n")


PUT = {**PUT, "kept": kept, "logout": logout}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/cuckoo.py")
