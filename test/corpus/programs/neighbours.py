#!/usr/bin/python3 -I
"""What is there for one run besides what hosts.py knows; not recorded: neighbours.py WHAT...

page=PATH,PARAGRAPHS: a page that somebody saved · chat=PATH,DAYS: a conversation as JSON · patches=COUNT: changes to the tool that
others made, in /srv/patches · arrives=PATH,SECONDS: a download that is whole after so long · commands=ADDRESS:PORT,PATH: somebody
who tells who connects to show that file, and must see it · sends-on=ADDRESS:PORT,ADDRESS:PORT: a service that tells who asks
to go to the other address. All else is put there by hosts.py and prepare.py.
"""
import json, os, socket, subprocess, sys, time

sys.path.append("/opt/agent")
from hosts import GOES_ON, PUT, place, set_up

LINE = "Made up, line {} of what nobody wrote about nothing.\n"


def page(path, paragraphs):
    with open(path, "w") as file:
        file.write("<!doctype html>\n<html><head><title>Made up</title></head>\n<body>\n")
        file.writelines(f"<h2>Part {at}</h2>\n<p class=\"text\">{LINE.format(at) * 4}</p>\n\n" for at in range(int(paragraphs)))
        file.write("</body></html>\n")


def chat(path, days):
    said = [{"day": f"2026-01-{day + 1:02}", "from": who, "text": LINE.format(at).strip()}
            for day in range(int(days)) for at, who in enumerate(("Somebody", "Nobody", "Somebody"))]
    with open(path, "w") as file:
        json.dump({"messages": said}, file)


def patches(count, _):
    tool, other = "/home/agent/tool", "/tmp/of-others"
    subprocess.run(["/opt/agent/prepare.py", f"repository={tool}"], check=True)
    subprocess.run(["git", "clone", "-q", tool, other], check=True)
    who = ("-c", "user.name=b", "-c", "user.email=b@example.com")
    for at in range(int(count)):
        with open(f"{other}/three.c", "a") as file:
            file.write(f"/* said by others, {at} */\n")
        subprocess.run(["git", "-C", other, *who, "commit", "-qam", f"Say {at}"], check=True)
    subprocess.run(["git", "-C", other, "format-patch", "-q", "-o", "/srv/patches", f"-{count}"], check=True)
    subprocess.run(["rm", "-r", other], check=True)


def arrives(path, seconds):
    yield
    text = "".join(LINE.format(at) for at in range(120))
    with open(f"{path}.part", "w") as file:
        for half in (text[: len(text) // 2], text[len(text) // 2 :]):
            time.sleep(float(seconds))
            file.write(half)
            file.flush()
    os.rename(f"{path}.part", path)


def commands(address, path):
    with open(path, "rb") as file:
        wanted = file.read()
    door, got = socket.create_server(place(address)), b""
    yield
    link, _ = door.accept()
    with link:
        for line in ("id -un", f"cat {path}", "exit"):
            link.sendall(f"{line}\n".encode())
            time.sleep(0.6)
        while part := link.recv(4096):
            got += part
    if wanted not in got:
        sys.exit("neighbours: the file was not shown")


def sends_on(address, other):
    door = socket.create_server(place(address))
    yield
    link, _ = door.accept()
    with link:
        link.recv(4096)
        link.sendall(f"301 {other}\n".encode())


PUT |= {"page": page, "chat": chat, "patches": patches}
GOES_ON |= {"arrives": arrives, "commands": commands, "sends-on": sends_on}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/neighbours.py")
