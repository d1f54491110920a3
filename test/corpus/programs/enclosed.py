#!/usr/bin/python3 -I
"""enclosed.py DOCUMENT HOST:PORT CERTIFICATE SECONDS: translates a document by a service that is known by its certificate (TLS, asyncio). While it still
sends, it takes what has been translated already, into a new file. A call that is turned away is made again after so long."""
import asyncio, os, ssl, sys

document, address, certificate, seconds = *sys.argv[1:4], float(sys.argv[4])
host, _, port = address.rpartition(":")
context = ssl.create_default_context(cafile=certificate)


async def reached():
    for _ in range(4):
        try:
            return await asyncio.wait_for(asyncio.open_connection(host, int(port), ssl=context), 8)
        except (ConnectionError, ssl.SSLError):
            await asyncio.sleep(0.2 + seconds)
    sys.exit(4)


async def sends(service):
    with open(document, "rb") as file:
        for line in file:
            service.write(line)
            await service.drain()
            await asyncio.sleep(seconds / 20)
    service.write(b"\0")
    await service.drain()


async def takes(service):
    count = 0
    left = os.open(f"{document}.cs", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    while line := await asyncio.wait_for(service.readline(), 15):
        count += os.write(left, line)
    os.fsync(left)
    os.close(left)
    return count


async def main():
    answers, service = await reached()
    _, count = await asyncio.gather(sends(service), takes(answers))
    service.close()
    return 0 if count else 9


sys.exit(asyncio.run(main()))
