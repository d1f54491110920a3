#!/usr/bin/python3 -I
"""wheels.py COUNT FOLDER SECONDS: fetches so many packages from the registry, logged in by ~/.netrc, several at a time; the first answer is
thrown away, since its sum is wrong, and asked for again. A package lies under a name of its own until it is whole."""
import base64, concurrent.futures, hashlib, netrc, os, pathlib, sys, time

sys.path.append("/opt/agent")
from peer import connect, ended
from resolver import A, AAAA, asked

count, folder, seconds = int(sys.argv[1]), pathlib.Path(sys.argv[2]), float(sys.argv[3])
name, _, password = netrc.netrc().authenticators("registry.example.com")
login = base64.b64encode(f"{name}:{password}".encode())
asked("registry.example.com", A, AAAA)


def fetched(number):
    peer = connect("198.51.100.20:443")
    peer.sendall(b"GET /simple/part-%d.whl\nAuthorization: Basic %s\n" % (number, login))
    return ended(peer)


def installed(number):
    content = fetched(number)
    if number == 0:
        time.sleep(seconds)
        content = fetched(number)
    part = folder / f".part-{number}.whl.part"
    part.write_bytes(content)
    os.replace(part, folder / f"part-{number}.whl")
    return f"part-{number} --hash=sha256:{hashlib.sha256(content).hexdigest()}\n"


folder.mkdir()
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    (folder / "requirements.lock").write_text("".join(pool.map(installed, range(count))))
