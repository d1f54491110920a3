#!/usr/bin/python3 -IS
"""Who keeps a file below /srv, and is not recorded: nightly.py MODE: /srv/nightly/home.tar, with these permissions."""
import os, sys

os.mkdir("/srv/nightly")
with open("/srv/nightly/home.tar", "w") as archive:
    archive.write("made up, as all of this\n")
os.chmod("/srv/nightly/home.tar", int(sys.argv[1], 8))
with open("/run/nightly.py", "w"):
    pass
