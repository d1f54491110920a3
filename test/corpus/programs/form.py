#!/usr/bin/python3 -I
"""form.py DOCUMENT ADDRESS: translates the document by a web service that takes it as a form, and comes back when it is told to."""
import os, sys, time, urllib.error, urllib.request

document, address = sys.argv[1:]
with open(document, "rb") as file:
    text = file.read()
boundary = "made-up"
body = (f"--{boundary}\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nhu\r\n--{boundary}\r\n"
        "Content-Disposition: form-data; name=\"text\"; filename=\"text.txt\"\r\n\r\n").encode() + text + f"\r\n--{boundary}--\r\n".encode()
request = urllib.request.Request(address, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
for attempt in range(4):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=9) as answer:
            translation = answer.read()
        break
    except urllib.error.HTTPError as refused:
        time.sleep(float(refused.headers["Retry-After"]))
else:
    sys.exit(9)
left = os.open(f"{document}.hu", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
os.write(left, translation)
os.close(left)
