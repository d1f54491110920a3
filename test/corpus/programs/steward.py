#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what quarry.py knows; not recorded: steward.py WHAT...

subtitles=PATH,MINUTES: what is said in a film (SubRip) · link=PATH,TARGET: a link on the desktop · catalogue=PATH,COUNT: texts of a program, to be
translated (gettext) · frames=ADDRESS:PORT: a service for translations by WebSocket, which goes away once and is there again · lines=ADDRESS:PORT: one
that answers line by line and once does not · closed=ADDRESS:PORT: one by TLS, which turns the first caller away; by its certificate /run/service.crt it
is known · crashed=FOLDER: a notebook whose computer went out in the middle of a commit · folders=COUNT: mails in numbered files (MH) ·
invited=COUNT: invitations to meetings, of which one was called off · abacus=FOLDER, till=FOLDER, reckoner=FOLDER, grammar=FOLDER: projects in Ruby, PHP, for
rake, and for flex and bison · locked=FILE: one that nobody may read · swells=FILE,SIGN: it grows as soon as the file SIGN is there. All else is put
there by quarry.py. It ends with 0 when all that these wait for has come.
"""
import base64, hashlib, os, socket, ssl, subprocess, sys, time

sys.path.append("/opt/agent")
from hosts import place, set_up
from household import written
from landlord import furnished, git
from quarry import GOES_ON, PUT


def subtitles(path, minutes):
    cues = [f"{at + 1}\n00:{at // 6:02}:{at % 6 * 10:02},000 --> 00:{at // 6:02}:{at % 6 * 10 + 8:02},500\n<i>Nobody</i> said sentence {at}.\nIt was made up.\n\n"
            for at in range(6 * int(minutes))]
    written(path, "".join(cues))


def link(path, target):
    os.symlink(target, path)


def catalogue(path, count):
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    written(path, head + "".join(f'#: shop.c:{at}\nmsgid "Made up, text {at}."\nmsgstr ""\n\n' for at in range(4 + int(count))))


def exactly(link, size):
    got = b""
    while len(got) < size:
        part = link.recv(size - len(got))
        if not part:
            sys.exit("steward: it has gone")
        got += part
    return got


def frame(link):
    """What a client says next (RFC 6455, 5.2): opcode and text, put together of its fragments."""
    kind, text = None, b""
    while True:
        first, second = exactly(link, 2)
        size = second & 127
        if size == 126:
            size = int.from_bytes(exactly(link, 2), "big")
        mask = exactly(link, 4)
        text += bytes(each ^ mask[at % 4] for at, each in enumerate(exactly(link, size)))
        kind = kind or first & 15
        if first & 128:
            return kind, text


def says(link, kind, text):
    size = bytes([len(text)]) if len(text) < 126 else b"\x7e" + len(text).to_bytes(2, "big")
    link.sendall(bytes([128 | kind]) + size + text)


def frames(address, _):
    door = socket.create_server(place(address))
    yield
    for times in (1, 99):
        link, _ = door.accept()
        with link:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += link.recv(4096)
            key = next(line.split(b": ")[1] for line in asked.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
            accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
            link.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
            for _ in range(times):
                kind, text = frame(link)
                if kind == 8:
                    return says(link, 8, text)
                says(link, 9, b"there?")
                if frame(link) != (10, b"there?"):
                    sys.exit("steward: it did not say that it is there")
                says(link, 1, text.upper())
            says(link, 8, (1001).to_bytes(2, "big"))
            while frame(link)[0] != 8:
                pass


def lines(address, _):
    door, answered = socket.create_server(place(address)), 0
    yield
    for patient in (False, True):
        link, _ = door.accept()
        with link, link.makefile("rb") as said:
            for line in said:
                answered += 1
                if answered == 3 and not patient:
                    said.readline()
                    break
                time.sleep(0.02)
                link.sendall(line.swapcase())


def closed(address, _):
    with open("/run/steward.cnf", "w") as settings:
        settings.write("[req]\ndistinguished_name = name\nx509_extensions = v3\n[name]\n[v3]\nsubjectAltName = IP:" + place(address)[0] + "\n")
    subprocess.run(["openssl", "req", "-config", "/run/steward.cnf", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=service", "-days", "2",
                    "-keyout", "/run/service.key", "-out", "/run/service.crt"], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/run/service.crt", "/run/service.key")
    os.unlink("/run/service.key")
    door = socket.create_server(place(address))
    yield
    door.accept()[0].close()
    link, _ = door.accept()
    with context.wrap_socket(link, server_side=True) as safe:
        text = b""
        while not text.endswith(b"\0"):
            text += safe.recv(65536)
        for paragraph in text[:-1].split(b"\n"):
            safe.sendall(paragraph.title() + b"\n")
            time.sleep(0.02)
        safe.unwrap()


def crashed(folder, _):
    furnished("notebook")(folder, None)
    written(f"{folder}/minutes.md", "# Minutes\n\n- made up\n")
    git(folder, "add", "-A")
    open(f"{folder}/.git/index", "w").close()
    written(f"{folder}/.git/index.lock", "")
    written(f"{folder}/.git/COMMIT_EDITMSG", "Keep the minutes\n")


def folders(count, _):
    for at in range(1, 3 + int(count)):
        written(f"/home/agent/Mail/orders/{at}", f"From: caller{at}@example.com\nTo: agent@example.com\nSubject: Order {at}\nMessage-ID: <{at}@example.com>\n\n"
                + "Where is what was ordered?\n" * at)
    written("/home/agent/Mail/orders/.mh_sequences", f"unseen: 1-{2 + int(count)}\ncur: 1\n")


def invited(count, _):
    for at in range(2 + int(count)):
        calendar = (f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:meeting-{at}\r\nSEQUENCE:0\r\nDTSTART:20260{1 + at}10T0{at % 10}0000Z\r\n"
                    f"SUMMARY:Meeting {at}\\, which somebody made up for all who are\r\n  there\r\nORGANIZER:mailto:host{at}@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
        if at == 1 + int(count):
            calendar = calendar.replace("REQUEST", "CANCEL").replace(f"meeting-{at}", "meeting-0").replace("SEQUENCE:0", "SEQUENCE:1")
        written(f"/home/agent/Maildir/new/17680{at:05}.M{at}P600.web-1", f"From: host{at}@example.com\nTo: agent@example.com\nSubject: Meeting {at}\n"
                f"Message-ID: <meeting{at}@example.com>\nMIME-Version: 1.0\nContent-Type: text/calendar; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
                + base64.encodebytes(calendar.encode()).decode())


def repository(folder):
    subprocess.run(["/opt/agent/prepare.py", f"repository={folder}"], check=True)


def abacus(folder, _):
    written(f"{folder}/lib/abacus.rb", "# Made up: counts beads.\nmodule Abacus\n  def self.sum(rods) = rods.inject(:+)\n\n"
            "  def self.packages = Dir['vendor/*.gem'].sort\nend\n")
    written(f"{folder}/test/test_sum.rb", "require 'minitest/autorun'\nrequire 'abacus'\n\nclass TestSum < Minitest::Test\n"
            "  def test_rods = assert_equal(6, Abacus.sum([1, 2, 3]))\n\n  def test_no_rods = assert_equal(0, Abacus.sum([]))\n\n"
            "  def test_packages = assert(Abacus.packages.all? { |one| File.read(one) == \"package\\n\" })\nend\n")
    written(f"{folder}/.gitignore", "vendor\n")
    repository(folder)


def till(folder, _):
    """In PHP, of three commits; by the second some prices are never done."""
    written(f"{folder}/till.php", "<?php\nfunction change(int $sum): array\n{\n    $coins = [];\n    foreach ([50, 20, 10] as $coin) {\n"
            "        while ($sum >= $coin) {\n            $coins[$coin] = ($coins[$coin] ?? 0) + 1;\n            $sum -= $coin;\n        }\n    }\n    return $coins;\n}\n")
    written(f"{folder}/test.php", "<?php\nrequire __DIR__ . '/till.php';\nforeach ([80 => [50 => 1, 20 => 1, 10 => 1], 40 => [20 => 2], 0 => []] as $sum => $coins) {\n"
            "    if (change($sum) !== $coins) {\n        fwrite(STDERR, \"not for $sum\\n\");\n        exit(1);\n    }\n}\n")
    repository(folder)
    with open(f"{folder}/till.php") as file:
        text = file.read()
    written(f"{folder}/till.php", text.replace("[50, 20, 10]", "[50, 20, 10, 0]"))
    git(folder, "commit", "-qam", "Have a coin for nothing")
    written(f"{folder}/README", "Made up: says which coins to give.\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Say what it is")


def reckoner(folder, _):
    written(f"{folder}/Rakefile", "require 'rake/clean'\n\nOUT = ENV.fetch('OUT')\nPARTS = FileList['src/*.c'].pathmap(\"#{OUT}/%n.o\")\nTESTS = FileList['test/*.c'].pathmap(\"#{OUT}/%n\")\n"
            "CLEAN.include(PARTS)\nverbose(false)\ndirectory OUT\n\n"
            "rule(/^#{OUT}\\/\\w+\\.o$/ => [proc { |object| object.pathmap('src/%n.c') }, 'src/money.h', OUT]) { |t| sh \"cc -O1 -c -o #{t.name} #{t.source}\" }\n"
            "multitask(parts: PARTS)\nfile(\"#{OUT}/reckoner\" => :parts) { |t| sh \"cc -o #{t.name} #{PARTS}\" }\n\n"
            "TESTS.each do |test|\n  file(test => [test.pathmap('test/%n.c'), \"#{OUT}/money.o\"]) { |t| sh \"cc -Isrc -o #{t.name} #{t.prerequisites.join(' ')}\" }\nend\n\n"
            "task(test: TESTS) { TESTS.each { |test| sh test } }\ntask(default: [\"#{OUT}/reckoner\", :test])\n")
    written(f"{folder}/src/money.h", "void money(long cents, char *text, unsigned long size);\n")
    written(f"{folder}/src/money.c", '#include <stdio.h>\n#include "money.h"\n\nvoid money(long cents, char *text, unsigned long size) {\n'
            '  snprintf(text, size, "%ld.%ld", cents / 100, cents % 100);\n}\n')
    written(f"{folder}/src/main.c", '#include <stdio.h>\n#include <stdlib.h>\n#include "money.h"\n\nint main(int count, char **words) {\n  long sum = 0;\n  char text[40];\n'
            "  while (--count > 0) sum += atol(words[count]);\n  money(sum, text, sizeof text);\n  return puts(text) < 0;\n}\n")
    for name, cents, text in (("cents", 105, "1.05"),):
        written(f"{folder}/test/{name}.c", f'#include <string.h>\n#include "money.h"\n\nint main(void) {{\n  char text[40];\n  money({cents}, text, sizeof text);\n'
                f'  return strcmp(text, "{text}") != 0;\n}}\n')


def grammar(folder, _):
    written(f"{folder}/sums.y", '%{\n#include <stdio.h>\nint yylex(void);\nvoid yyerror(const char *what) { fprintf(stderr, "%s\\n", what); }\n%}\n'
            "%define api.value.type {long}\n%token NUMBER\n%left '+' '-'\n%left '*'\n%%\nlines: | lines sum '\\n' { printf(\"%ld\\n\", $2); };\n"
            "sum: NUMBER | sum '+' sum { $$ = $1 + $3; } | sum '-' sum { $$ = $1 - $3; } | sum '*' sum { $$ = $1 * $3; } | '(' sum ')' { $$ = $2; };\n"
            "%%\nint main(void) { return yyparse(); }\n")
    written(f"{folder}/words.l", '%option noyywrap nounput noinput\n%{\n#include <stdlib.h>\n#include "sums.tab.h"\n%}\n%%\n'
            "[0-9]+ { yylval = atol(yytext); return NUMBER; }\n[ \\t]+ ;\n.|\\n { return *yytext; }\n")
    written(f"{folder}/Makefile", "OUT = .\nCFLAGS = -O1 -Wall -I$(OUT)\n$(OUT)/sums: $(OUT)/sums.tab.o $(OUT)/words.o\n\t$(CC) -o $@ $^\n"
            "$(OUT)/sums.tab.c: sums.y\n\tbison -d -v -o $@ sums.y\n$(OUT)/words.c: words.l\n\tsleep 0.2; flex -o $@ words.l\n"
            "$(OUT)/%.o: $(OUT)/%.c\n\t$(CC) $(CFLAGS) -c -o $@ $<\n.PRECIOUS: $(OUT)/%.c\n")
    for name, asked, said in (("sum", "1 + 2 * 3", 7), ("brackets", "(1 + 2) * 3", 9), ("left", "9 - 3 - 2", 4)):
        written(f"{folder}/tests/{name}.in", f"{asked}\n")
        written(f"{folder}/tests/{name}.out", f"{said}\n")


def locked(path, _):
    written(path, "Made up, and nobody's to read.\n")
    os.chmod(path, 0)


def swells(path, sign):
    yield
    for _ in range(2000):
        if os.path.exists(sign):
            break
        time.sleep(0.01)
    for at in range(12):
        with open(path, "a") as file:
            file.write(f"Line {at} more, made up while others copied.\n" * 9)
        time.sleep(0.02)


PUT = {**PUT, **{each.__name__: each for each in (subtitles, link, catalogue, crashed, folders, invited, abacus, till, reckoner, grammar, locked)}}
GOES_ON = {**GOES_ON, **{each.__name__: each for each in (frames, lines, closed, swells)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/steward.py")
