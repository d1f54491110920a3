#!/usr/bin/python3 -IS
"""Who keeps files below /srv, and is not recorded: nightly.py MODE [NAME...]: /srv/nightly/NAME, else home.tar, with these permissions."""
import os, sys

os.mkdir("/srv/nightly")
for name in sys.argv[2:] or ["home.tar"]:
    with open(f"/srv/nightly/{name}", "w") as archive:
        archive.write("made up, as all of this\n")
    os.chmod(f"/srv/nightly/{name}", int(sys.argv[1], 8))
with open("/run/nightly.py", "w"):
    pass
