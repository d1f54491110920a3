#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what steward.py knows; not recorded: custodian.py WHAT...

agenda=PATH,SECONDS: the agenda of a meeting, whose second half is written so much later · docx=PATH,CHAPTERS: what a word processor wrote · bounced=REPORT,MAIL: an answer that came back, and
the mail that it answers · asked-twice=MAILBOX,COUNT: a mailbox of one file, which somebody else holds for a moment · procedures=ADDRESS:PORT: a service for translations by XML-RPC, which is
busy at first and hangs up once · pigeons=ADDRESS:PORT: one by datagrams, of which some are lost and some come twice · lexicon=FOLDER, scales=FOLDER, rivers=FOLDER, orchard=FOLDER: projects
in Guile, in Lua, in Fortran and C, and modules of Scheme to be compiled · filtered=FOLDER: a notebook of which parts may be fetched · follows=FILE,SIGN: as soon as the file SIGN is there, FILE grows and another is
new · spoils=FOLDER,SIGN: as soon as it is there, two objects of a cache of objects are none any more. All else is put there by steward.py. It ends with 0 when all that these wait for has come.
"""
import os, quopri, socket, subprocess, sys, threading, time, xmlrpc.client, xmlrpc.server, zipfile

sys.path.append("/opt/agent")
from hosts import place, set_up
from household import written
from landlord import furnished, git
from steward import GOES_ON, PUT, repository

LINE = "Made up, line {} of what nobody wrote about nothing.\n"


def agenda(path, seconds):
    points = [f"{at}. {('Ada', 'Ben', 'Cleo', 'Dora')[at % 4]}: point {at}, made up, to be talked about.\n" for at in range(1, 15)]
    written(path, "".join(points[:8]))
    yield
    time.sleep(float(seconds))
    with open(path, "a") as file:
        file.write("".join(points[8:]) + "-- end of the agenda --\n")


def docx(path, chapters):
    paragraph = '<w:p><w:r><w:t xml:space="preserve">Sentence {} of chapter {}, made up.</w:t></w:r></w:p>'
    text = "".join(f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Chapter {at}</w:t></w:r></w:p>'
                   + "".join(paragraph.format(each, at) for each in range(12)) for at in range(int(chapters)))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
        package.writestr("word/document.xml", f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{text}</w:body></w:document>')


def bounced(report, mail):
    written(mail, "From: reader@exmaple.com\nReply-To: reader@example.com\nTo: agent@example.com\nSubject: Opening times\nMessage-ID: <7@example.com>\n\nWhen are you there? Made up.\n")
    answer = quopri.encodestring("From nine to five, made up, also on the 24th – and as always:\n> When are you there?\n".encode()).decode()
    written(report, "From: MAILER-DAEMON@example.com\nTo: agent@example.com\nSubject: Undelivered\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="=back="\n\n'
            "--=back=\nContent-Type: text/plain\n\nNobody of that name is known here.\n"
            "--=back=\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example.com\n\nFinal-Recipient: rfc822; reader@exmaple.com\nAction: failed\nStatus: 5.1.2\n\n"
            "--=back=\nContent-Type: message/rfc822\n\nFrom: agent@example.com\nTo: reader@exmaple.com\nSubject: Re: Opening times\nIn-Reply-To: <7@example.com>\n"
            f"Content-Transfer-Encoding: quoted-printable\n\n{answer}\n--=back=--\n")


def asked_twice(mailbox, count):
    written(mailbox, "".join(f"From caller{at // 2}@example.com Fri Jan  2 00:0{at % 10}:00 2026\nFrom: caller{at // 2}@example.com\nSubject: Petition {at // 2}\n\n"
                             "May it be looked at? Made up.\n\n" for at in range(2 + int(count))))
    os.close(os.open(f"{mailbox}.lock", os.O_CREAT | os.O_EXCL))
    yield
    time.sleep(0.5)
    os.unlink(f"{mailbox}.lock")


def procedures(address, _):
    asked, parts, done = [], {}, threading.Event()

    class Quiet(xmlrpc.server.SimpleXMLRPCRequestHandler):
        def do_POST(self):
            asked.append(self.path)
            if len(asked) == 5:  # somebody pulled a plug
                self.close_connection = True
                return self.connection.shutdown(socket.SHUT_RDWR)
            return super().do_POST()

        def log_message(self, *_):
            pass

    server = xmlrpc.server.SimpleXMLRPCServer(place(address), Quiet, allow_none=True)

    def begin(_, __):
        if len(asked) < 3:
            raise xmlrpc.client.Fault(17, "busy")
        return 4711

    def take(_, number, text):
        parts[number] = text.data.upper()

    def whole(_):
        done.set()
        return xmlrpc.client.Binary(b"\n\n".join(parts[at] for at in sorted(parts)))

    for each in (begin, take, whole):
        server.register_function(each)
    polls = iter((False, False))
    server.register_function(lambda _: next(polls, True), "done")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    done.wait()
    time.sleep(0.3)  # until the answer is out


def pigeons(address, _):
    door, came = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0
    door.bind(place(address))
    yield
    late = None
    while True:
        letter, who = door.recvfrom(2048)
        if letter == b"\xff\xff\xff\xff":
            return
        came += 1
        if came % 5 == 3:
            continue
        answer = letter[:4] + letter[4:].swapcase()
        if came % 5 == 4 and late is None:
            late = answer
            continue
        door.sendto(answer, who)
        if late:
            door.sendto(late, who)
            door.sendto(late, who)
            late = None


def lexicon(folder, _):
    written(f"{folder}/lexicon.scm", "(define-module (lexicon) #:use-module (srfi srfi-1) #:export (plural count-words))\n\n"
            "(define (plural word)\n  (string-append word \"s\"))\n\n(define (count-words text)\n  (length (string-split text #\\space)))\n")
    written(f"{folder}/tests.scm", "(use-modules (srfi srfi-64) (lexicon))\n(test-begin \"lexicon\")\n(test-equal \"plural\" \"words\" (plural \"word\"))\n"
            "(test-equal \"two words\" 2 (count-words \"made up\"))\n(test-equal \"no words\" 0 (count-words \"\"))\n(define failed (test-runner-fail-count (test-runner-current)))\n"
            "(test-end)\n(exit (if (zero? failed) 0 1))\n")
    written(f"{folder}/.gitignore", "*.log\n")
    repository(folder)


def scales(folder, _):
    written(f"{folder}/scales.lua", "-- Made up: weighs.\nlocal scales = {}\n\nfunction scales.sum(weights)\n  local sum\n  for _, weight in ipairs(weights) do sum = sum + weight end\n  return sum\n"
            "end\n\nreturn scales\n")
    written(f"{folder}/test.lua", "local scales = require 'scales'\nassert(scales.sum{1, 2, 3} == 6)\nassert(scales.sum{} == 0)\n"
            "for line in io.lines('rocks/manifest') do\n  local rock = assert(io.open('rocks/' .. line:match('^%S+')))\n  assert(rock:read('l') == 'package')\n  rock:close()\nend\n")
    written(f"{folder}/.gitignore", "rocks\n")
    written(f"{folder}/rocks/weight-0.rock", "packa")  # what was fetched when somebody pulled a plug
    repository(folder)


def rivers(folder, _):
    written(f"{folder}/water.f90", "module water\n  implicit none\n  integer, parameter :: real_kind = selected_real_kind(12)\nend module water\n")
    written(f"{folder}/flow.f90", "module flow\n  use water\n  use iso_c_binding\n  implicit none\ncontains\n"
            "  function level(inflow, count) bind(c) result(sum)\n    integer(c_int), value :: count\n    real(c_double), intent(in) :: inflow(count)\n    real(c_double) :: sum\n"
            "    sum = sum_of(inflow)\n  end function level\n\n  pure function sum_of(inflow) result(sum)\n    real(real_kind), intent(in) :: inflow(:)\n    real(real_kind) :: sum\n    integer :: at\n"
            "    sum = 0\n    do at = 1, size(inflow)\n      sum = sum + inflow(at) / 2\n    end do\n  end function sum_of\nend module flow\n")
    written(f"{folder}/gauge.f90", "program gauge\n  use flow\n  implicit none\n  real(real_kind) :: inflow(3)\n  integer :: unit\n  open (newunit=unit, file='levels.txt', status='old', action='read')\n"
            "  read (unit, *) inflow\n  close (unit)\n  write (*, '(F6.2)') sum_of(inflow)\nend program gauge\n")
    written(f"{folder}/main.c", '#include <stdio.h>\ndouble level(const double *, int);\nint main(void) { return printf("%.1f\\n", level((double[]){1, 2, 3}, 3)) < 0; }\n')
    written(f"{folder}/levels.txt", "2.0 4.0 6.5\n")


def orchard(folder, _):
    written(f"{folder}/trees.scm", "(define-module (trees) #:export (picked))\n\n(define-syntax-rule (picked trees each)\n  (* trees each))\n")
    written(f"{folder}/basket.scm", "(define-module (basket) #:use-module (trees) #:export (basket name))\n\n(define (name) \"fruit\")\n\n"
            "(define (basket trees apples)\n  (picked trees apple-count))\n")
    written(f"{folder}/main.scm", "(define-module (main) #:use-module (basket) #:export (harvest))\n\n(define (harvest trees apples)\n  (= (basket trees apples) (* trees apples)))\n")
    written(f"{folder}/test.scm", "(use-modules (basket))\n(format #t \"~a ~a ~a\" (basket 3 4) (basket 0 4) (name))\n")


def filtered(folder, _):
    furnished("notebook")(folder, None)
    for at in range(6):
        written(f"{folder}/team-{at % 3}/week-{at}.md", LINE.format(at) * (3 + at))
    written(f"{folder}/scans/wall.svg", "".join(LINE.format(at) for at in range(60)))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Keep what teams wrote")
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")


def follows(path, sign):
    yield
    for _ in range(3000):
        if os.path.exists(sign):
            break
        time.sleep(0.01)
    with open(path, "a") as file:
        file.write(LINE.format("more") * 20)
    written(f"{path}.new-one.txt", LINE.format("new") * 5)


def spoils(folder, sign):
    """As soon as the file SIGN is there, two objects of a cache are other ones; it says so by the file SIGN.spoilt."""
    yield
    for _ in range(3000):
        if os.path.exists(sign):
            break
        time.sleep(0.01)
    objects = sorted(f"{where}/{name}" for where, _, names in os.walk(folder) for name in names if name.endswith("R"))
    for each in objects[:2]:
        os.chmod(each, 0o644)
        written(each, "made up")
    written(f"{sign}.spoilt", "")


PUT = {**PUT, **{each.__name__: each for each in (docx, bounced, lexicon, scales, rivers, orchard, filtered)}}
GOES_ON = {**GOES_ON, "asked-twice": asked_twice, **{each.__name__: each for each in (agenda, procedures, pigeons, follows, spoils)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/custodian.py")
