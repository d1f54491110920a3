#!/usr/bin/python3 -I
"""headings.py PAGE SECONDS: has a saved page shortened: its headings and the first sentence below each go to the service, after its login."""
import html.parser, pathlib, socket, sys, time

page, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])


class Outline(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.lines = None, []

    def handle_starttag(self, tag, _):
        self.inside = tag

    def handle_data(self, text):
        if self.inside in ("h2", "p") and text.strip():
            self.lines.append(("# " if self.inside == "h2" else "") + text.strip().partition(". ")[0])


def said_to(*parts):
    with socket.create_connection(("198.51.100.10", 443), timeout=9) as link, link.makefile("rwb") as service:
        for part in parts:
            service.write(part.encode() + b"\n")
            service.flush()
            time.sleep(seconds)
        link.shutdown(socket.SHUT_WR)
        answer = service.read()
    return answer or sys.exit(9)


outline = Outline()
outline.feed(page.read_text())
said_to("POST /login", (pathlib.Path.home() / ".config/notes-agent/token").read_text())
summary = said_to(*outline.lines)
(pathlib.Path.home() / f"{page.stem}.summary").write_bytes(summary)
