#!/usr/bin/python3 -I
"""patient.py DOCUMENT HOST:PORT SECONDS: translates the document by a web service that has too much to do at first. It is asked to wait and does; the
document goes there in chunks, of a size that nobody says before, and what comes back in chunks is a new file as it comes."""
import http.client, os, sys, time

document, service, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])


def chunks(file):
    while text := file.read(512):
        time.sleep(seconds / 10)
        yield text


with open(document, "rb", buffering=0) as file:
    for _ in range(5):
        link = http.client.HTTPConnection(service, timeout=8)
        file.seek(0)
        link.request("POST", "/da", chunks(file), {"Transfer-Encoding": "chunked", "Accept": "text/plain"}, encode_chunked=True)
        answer = link.getresponse()
        if answer.status == 200:
            break
        answer.read()
        link.close()
        if answer.status != 429:
            sys.exit(f"patient: {answer.status}")
        time.sleep(float(answer.headers["Retry-After"]))
    else:
        sys.exit("patient: it has no time")
    left = os.open(f"{document}.da", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    while part := answer.read1(300):
        os.write(left, part)
    os.close(left)
