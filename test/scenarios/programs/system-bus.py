#!/usr/bin/python3 -IS
"""Stands in for the system bus: listens where that does, and answers once."""
import os, socket

os.mkdir("/run/dbus")
door = socket.socket(socket.AF_UNIX)
door.bind("/run/dbus/system_bus_socket")
door.listen(1)
with open("/run/system-bus.py", "w"):
    pass
link, _ = door.accept()
link.recv(64)
link.sendall(b"ok\n")
