#!/usr/bin/python3 -I
"""resumed.py DOCUMENT HOST:PORT SIZE: translates the document by a web service that takes it in pieces of that size. Where the connection
breaks off, the service is asked how far it got, and the rest is handed over from there; what comes back is a new file."""
import http.client, os, sys

document, service, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
HOST, PORT = service.rsplit(":", 1)


def handed_over(link, file, whole):
    while True:
        at = file.tell()
        text = file.read(size)
        link.request("PUT", "/texts/1", text, {"Content-Range": f"bytes {at}-{at + len(text) - 1}/{whole}"})
        answer = link.getresponse()
        translation = answer.read()
        if answer.status == 200:
            return translation


def got_so_far(link):
    link.request("HEAD", "/texts/1")
    answer = link.getresponse()
    answer.read()
    return int(answer.headers["Offset"])


with open(document, "rb", buffering=0) as file:
    whole, translation = os.fstat(file.fileno()).st_size, None
    while translation is None:
        link = http.client.HTTPConnection(HOST, int(PORT), timeout=5)
        try:
            file.seek(got_so_far(link))
            translation = handed_over(link, file, whole)
        except (http.client.HTTPException, ConnectionError):
            continue
        finally:
            link.close()
if not translation:
    sys.exit(9)
with open(f"{document}.pl", "xb") as left:
    left.write(translation)
