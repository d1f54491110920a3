"""fan-out.py FOLDER HOST:PORT HOST:PORT: sends each file of a folder to two peers, to the second half a second later."""
import posix, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended

folder = sys.argv[1]
first, second = connect(sys.argv[2]), connect(sys.argv[3])
for name in sorted(posix.listdir(folder))[:8]:
    with open(f"{folder}/{name}", "rb", buffering=0) as file:
        data = file.read()
    first.sendall(data)
    time.sleep(0.5)
    second.sendall(data)
ended(first)
ended(second)
