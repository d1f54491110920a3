"""try-library.py LIBRARY TIMES: loads a library that was just built, and has its functions say what they should, by several processes."""
import ctypes, os, sys

path, times = sys.argv[1], int(sys.argv[2])
children = []
for _ in range(times):
    child = os.fork()
    if child == 0:
        library = ctypes.CDLL(path)
        os._exit([library.one(), library.two(), library.three()] != [1, 2, 3])
    children.append(child)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
