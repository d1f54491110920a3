#!/usr/bin/python3 -IS
"""A program that somebody else started, and whose number /run/bystander.py says; it ends when somebody ends that one. Not recorded."""
import posix

other = posix.posix_spawn("/usr/bin/sleep", ["sleep", "20"], {})
with open("/run/bystander.tmp", "w") as note:
    note.write(f"{other}\n")
posix.rename("/run/bystander.tmp", "/run/bystander.py")
posix.waitpid(other, 0)
