#!/usr/bin/python3 -I
"""procedures.py DOCUMENT HOST:PORT SECONDS: has a document translated by calls of procedures (XML-RPC). The service takes no new work at first, and says so; a call of which
nothing more is heard is made again; it is asked now and then whether all is done, and the translation is a new file."""
import http.client, sys, time, xmlrpc.client

document, place, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
service = xmlrpc.client.ServerProxy(f"http://{place}/", allow_none=True)


def called(procedure, *values):
    for _ in range(12):
        try:
            return procedure(*values)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != 17:
                raise
        except (http.client.HTTPException, ConnectionError):
            service("close")()
        time.sleep(0.2 + seconds / 4)
    sys.exit(4)


job = called(service.begin, "en", "pt")
with open(document, encoding="utf-8", errors="replace") as text:
    for number, paragraph in enumerate(text.read().split("\n\n")):
        called(service.take, job, number, xmlrpc.client.Binary(paragraph.encode()))
while not called(service.done, job):
    time.sleep(0.1 + seconds / 10)
with open(f"{document}.pt", "xb") as translation:
    translation.write(called(service.whole, job).data)
service("close")()
