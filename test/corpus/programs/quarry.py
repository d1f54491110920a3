#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what landlord.py knows; not recorded: quarry.py WHAT...

slug=FOLDER: a small project for shells, with its tests · gauge=FOLDER: one in C whose sources are made, for the make of BSD ·
wrote=COUNT: so many mails, some of the same people, one of nobody · locks=PATH,SECONDS: who holds that file of git for so long ·
marks=MAIL: a mail program marks it as seen before the run and as flagged during it · vanishes=FILE,SIGN: as soon as the file SIGN is there, FILE
goes, and another grows · patient=ADDRESS:PORT: a web service for translations that asks to wait first · echoes=ADDRESS:PORT: a service that gives the
first text back as it was · unpacks=ADDRESS:PORT: one that takes and gives archives. All else is put there by landlord.py. It ends with 0 when all that
these wait for has come.
"""
import io, os, socket, subprocess, sys, tarfile, time

sys.path.append("/opt/agent")
from hosts import place, set_up
from household import written
from landlord import GOES_ON, PUT, Service


def slug(folder, _):
    written(f"{folder}/slug.sh", "slug() { printf '%s' \"$1\" | tr 'A-Z ' 'a-z-'; }\n")
    written(f"{folder}/test.sh", "set -e\n. ./slug.sh\n[ \"$(slug 'Made Up')\" = made-up ]\n[ \"$(slug nobody)\" = nobody ]\n[ -z \"$(slug '')\" ]\n")
    subprocess.run(["/opt/agent/prepare.py", f"repository={folder}"], check=True)


def gauge(folder, _):
    written(f"{folder}/units.m4", "dnl Made up: how many thousandths of a metre each is.\ndefine(`UNIT', `double $1(double many) { return many * $2; }')dnl\n")
    for unit, size in (("inch", "25.4"), ("foot", "304.8"), ("yard", "914.4")):
        written(f"{folder}/{unit}.m4", f"include(`units.m4')dnl\nUNIT({unit}, {size})\n")
    written(f"{folder}/main.c", '#include <stdio.h>\ndouble inch(double), foot(double), yard(double);\n'
            'int main(void) { return printf("%.1f\\n", inch(1) + foot(1) + yard(1)) < 0; }\n')
    written(f"{folder}/Makefile", "OUT = .\nUNITS = inch foot yard\n.for unit in ${UNITS}\nOBJECTS += ${OUT}/objects/${unit}.o\n"
            "${OUT}/${unit}.c: ${unit}.m4 units.m4\n\tm4 ${unit}.m4 > $@\n"
            "${OUT}/objects/${unit}.o: ${OUT}/${unit}.c\n\tcc -O1 -c -o $@ ${OUT}/${unit}.c\n.endfor\n"
            "all: ${OUT}/gauge\n${OUT}/libgauge.a: ${OBJECTS}\n\tar rcs $@ ${OBJECTS}\n"
            "${OUT}/gauge: ${OUT}/libgauge.a main.c\n\tcc -o $@ main.c ${OUT}/libgauge.a\n"
            "check: ${OUT}/gauge\n\ttest $$(${OUT}/gauge) = 1244.6\nclean:\n\trm -f ${OBJECTS} ${OUT}/libgauge.a\n.PHONY: all check clean\n")


def wrote(count, _):
    for at in range(int(count) + 2):
        who = f"From: caller{at // 2}@example.com\n" if at != 1 else ""
        written(f"/home/agent/Maildir/new/17678{at:05}.M{at}P500.web-1", f"{who}To: agent@example.com\nSubject: Question {at}\n\nAre you there? Made up.\n")


def locks(path, seconds):
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o644))
    yield
    time.sleep(float(seconds))
    os.unlink(path)


def marks(path, _):
    folder, name = os.path.split(path)
    written(path, "From: somebody@example.com\nTo: agent@example.com\nSubject: Which of them\n\n" + "Was this one made up?\n" * 30)
    os.makedirs(f"{os.path.dirname(folder)}/cur", exist_ok=True)
    os.rename(path, f"{folder}/{name}:2,S")
    yield
    time.sleep(0.4)
    try:
        os.rename(f"{folder}/{name}:2,S", f"{folder}/{name}:2,FS")
    except FileNotFoundError:
        pass  # it was answered before


def vanishes(path, sign):
    yield
    for _ in range(2000):
        if os.path.exists(sign):
            break
        time.sleep(0.01)
    os.unlink(path)
    with open("/home/agent/documents/travel.txt", "a") as file:
        file.write("A line more, made up as well.\n")


def patient(address, _):
    class Patient(Service):
        asked = 0

        def do_POST(self):
            text = b""
            while size := int(self.rfile.readline(), 16):
                text += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            Patient.asked += 1
            if Patient.asked < 3:
                return self.answered(429, Retry_After=str(Patient.asked * 0.7))
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(text), 400):
                part = text[at : at + 400].swapcase()
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                time.sleep(0.02)
            self.wfile.write(b"0\r\n\r\n")
            self.done.set()

    Patient.begun(address)
    yield
    Patient.done.wait()
    time.sleep(0.3)  # until the answer is out


def told(door):
    link, _ = door.accept()
    text = b""
    while part := link.recv(65536):
        text += part
    return link, text


def echoes(address, _):
    door = socket.create_server(place(address))
    yield
    for at in range(2):
        link, text = told(door)
        with link:
            text = text.partition(b"\n\n")[2]
            link.sendall(text.swapcase() if at else text)


def unpacks(address, _):
    door = socket.create_server(place(address))
    yield
    link, text = told(door)
    with link, tarfile.open(fileobj=io.BytesIO(text)) as archive:
        (entry,) = archive.getmembers()
        back, translation = io.BytesIO(), archive.extractfile(entry).read().upper()
        with tarfile.open(fileobj=back, mode="w:gz") as answer:
            new = tarfile.TarInfo("translation.txt")
            new.size = len(translation)
            answer.addfile(new, io.BytesIO(translation))
        link.sendall(back.getvalue())


PUT = {**PUT, "slug": slug, "gauge": gauge, "wrote": wrote}
GOES_ON = {**GOES_ON, **{each.__name__: each for each in (locks, marks, vanishes, patient, echoes, unpacks)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/quarry.py")
