#!/usr/bin/python3 -I
"""quorum.py DOCUMENT PATIENCE: has what a word processor wrote (docx) shortened, in Python's loop of events: the name of the service is asked for, each chapter goes out by a
task, two at a time, and where nothing is answered for as long as PATIENCE says, the same is asked by a second call: whoever answers first is heard, the other is hung up on."""
import asyncio, re, struct, sys, zipfile

DOCUMENT, PATIENCE = sys.argv[1], float(sys.argv[2])


class Lookup(asyncio.DatagramProtocol):
    """Both addresses of a name (RFC 1035), by one socket."""

    def __init__(self, found):
        self.found, self.left = found, 2

    def connection_made(self, link):
        for kind in (1, 28):
            link.sendto(struct.pack(">6H", kind, 256, 1, 0, 0, 0) + b"\3api\7example\3com\0" + struct.pack(">2H", kind, 1))

    def datagram_received(self, answer, _):
        self.left -= 1
        if answer[7]:
            self.address = ".".join(map(str, answer[-4:]))
        if not self.left:
            self.found.set_result(self.address)


async def address():
    loop = asyncio.get_running_loop()
    found = loop.create_future()
    link, _ = await loop.create_datagram_endpoint(lambda: Lookup(found), remote_addr=("192.0.2.53", 53))
    try:
        async with asyncio.timeout(5):
            return await found
    finally:
        link.close()


def chapters():
    with zipfile.ZipFile(DOCUMENT) as package:
        text = package.read("word/document.xml").decode()
    for chapter in text.split('<w:pStyle w:val="Heading1"/>')[1:]:
        yield " ".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", chapter))


async def asked(host, chapter, first):
    reader, writer = await asyncio.open_connection(host, 443)
    try:
        for part in (chapter[: len(chapter) // 2], chapter[len(chapter) // 2 :]):
            if first:  # who is slow to say it gets a slow answer
                await asyncio.sleep(PATIENCE)
            writer.write(part.encode())
            await writer.drain()
        writer.write_eof()
        return await reader.read()
    finally:
        writer.close()


async def heard(host, chapter, places):
    async with places:
        calls = {asyncio.create_task(asked(host, chapter, True))}
        done, _ = await asyncio.wait(calls, timeout=PATIENCE / 2)
        if not done:
            calls.add(asyncio.create_task(asked(host, chapter, False)))
            done, late = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
            for each in late:
                each.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        return next(iter(done)).result().decode()


async def main():
    host, places = await address(), asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(heard(host, chapter, places)) for chapter in chapters()]
    answers = [task.result() for task in tasks]
    if not answers or not all(answers):
        sys.exit(9)
    print(f"{DOCUMENT}: {len(answers)} chapters, {answers[0]}")


asyncio.run(main())
