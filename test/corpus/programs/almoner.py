#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what concierge.py knows; not recorded: almoner.py WHAT...

later=ADDRESS:PORT: a service for translations over HTTP, which has no time at first and once breaks off · errands=ADDRESS:PORT: one that takes errands and forgets the first of them · enclosed=MAIL: a mail with
a table in it · rots=FOLDER,SIGN: as soon as the file SIGN is there, a few bytes of the largest file of the folder are other ones · yard=FOLDER, hive=FOLDER: projects in Pascal and in Prolog · harbour=FOLDER, granges=FOLDER, clockwork=FOLDER: projects in Ada, Rust and Pascal, to be built ·
week=FILE,NUMBER: what was said in a week. All else is put there by concierge.py. It ends with 0 when all that these wait for has come.
"""
import base64, os, socket, sys, time

sys.path.append("/opt/agent")
from concierge import GOES_ON, PUT
from hosts import place, set_up
from household import written
from steward import repository


def later(address, _):
    door, asked, quiet = socket.create_server(place(address)), 0, False
    yield
    door.settimeout(3)
    while not quiet:
        try:
            link, _ = door.accept()
        except TimeoutError:
            quiet = True
            continue
        link.settimeout(5)
        with link, link.makefile("rb") as said:
            asked += 1
            size = 0
            while (line := said.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            text = said.read(size).swapcase()
            if asked in (1, 4):
                link.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
                continue
            link.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for at in range(0, len(text), 60):
                part = text[at : at + 60]
                if asked == 3:
                    link.sendall(b"%x\r\n%s" % (len(part), part[:20]))
                    break
                link.sendall(b"%x\r\n%s\r\n" % (len(part), part))
            else:
                link.sendall(b"0\r\n\r\n")


def errands(address, _):
    door, known, fetched = socket.create_server(place(address)), {}, False
    yield
    number = 40
    while not fetched:
        link, _ = door.accept()
        link.settimeout(8)
        with link, link.makefile("rb") as said:
            what, *words = said.readline().split()
            if what == b"ERRAND":
                text, number = said.read(int(words[2])), number + 1
                known[b"%d" % number] = [0, text.swapcase()]
                link.sendall(b"NUMBER %d\n" % number)
                continue
            errand = known.get(words[0])
            if errand is None:
                link.sendall(b"UNKNOWN\n")
                continue
            errand[0] += 1
            if number == 41 and errand[0] == 3:  # it was started anew and has forgotten all
                known.clear()
            if errand[0] < 5:
                link.sendall(b"AT %d%%\n" % (20 * errand[0]))
                continue
            link.sendall(b"DONE %d\n" % len(errand[1]))
            if said.readline().startswith(b"FETCH"):
                link.sendall(errand[1])
                fetched = True


def enclosed(mail, _):
    table = base64.encodebytes(b"what,many\nchairs,12\ntables,3\nlamps,made up\n").decode()
    picture = base64.encodebytes(bytes(range(256)) * 8).decode()
    written(mail, "From: =?UTF-8?Q?J=C3=B6rg_Nobody?= <joerg@example.com>\nTo: agent@example.com\nCc: hall@example.com\nSubject: =?UTF-8?B?U3TDvGhsZQ==?=\nMessage-ID: <chairs.1@example.com>\n"
            "References: <chairs.0@example.com>\nDate: Fri, 02 Jan 2026 09:00:00 +0100\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=hall=\"\n\n"
            "--=hall=\nContent-Type: multipart/alternative; boundary=\"=both=\"\n\n--=both=\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: quoted-printable\n\n"
            "Are there enough chairs f=C3=BCr alle? Made up.\n--=both=\nContent-Type: text/html\n\n<p>Are there enough chairs?</p>\n--=both=--\n"
            f"--=hall=\nContent-Type: text/csv; name=chairs.csv\nContent-Transfer-Encoding: base64\n\n{table}"
            f"--=hall=\nContent-Type: image/png; name=hall.png\nContent-Transfer-Encoding: base64\n\n{picture}--=hall=--\n")


def rots(folder, sign):
    yield
    while not os.path.exists(sign):
        time.sleep(0.02)
    largest = max((f"{folder}/{name}" for name in os.listdir(folder)), key=os.path.getsize)
    os.chmod(largest, 0o600)
    with open(largest, "r+b") as copy:
        copy.seek(2000)
        copy.write(b"made up")
    written(f"{sign}.rotten", "")


def yard(folder, _):
    written(f"{folder}/src/coal.pas", "unit coal;\n{ Made up: what is in the yard. }\n{$mode objfpc}\ninterface\nfunction heap(loads: integer): integer;\nimplementation\n\n"
            "function heap(loads: integer): integer;\nbegin\n  heap := loads * 3;\nend;\n\nend.\n")
    written(f"{folder}/src/rail.pas", "unit rail;\n{$mode objfpc}\ninterface\nfunction waggons(tons: integer): integer;\nimplementation\n\nfunction waggons(tons: integer): integer;\nbegin\n  waggons := tons div 3;\nend;\n\nend.\n")
    written(f"{folder}/tests/try.pas", "program try;\n{$mode objfpc}{$assertions on}\nuses coal, rail;\nbegin\n  assert(heap(2) = 6, 'heap of two');\n  assert(waggons(6) = 2, 'two waggons');\n  assert(waggons(7) = 3, 'a rest');\nend.\n")
    written(f"{folder}/.gitignore", "*.o\n*.ppu\n")
    repository(folder)


def hive(folder, _):
    written(f"{folder}/hive.pl", "% Made up: who is whose mother among bees.\n:- module(hive, [mother/2, grandmother/2, drones/1]).\n\nmother(a, b).\nmother(b, c).\nmother(b, d).\n\n"
            "grandmother(X, Z) :- mother(X, Y), mother(Y, Z).\n\ndrones(Many) :- aggregate_all(count, mother(_, _), Many).\n")
    written(f"{folder}/tests.pl", ":- use_module(hive).\n:- use_module(library(plunit)).\n:- begin_tests(hive).\n\ntest(grandmother, all(X == [c, d])) :- grandmother(a, X).\ntest(drones, Many =:= 3) :- drones(Many).\n"
            "test(hamper, Line == \"package\") :-\n    setup_call_cleanup(open('hampers/hamper-1', read, In), read_line_to_string(In, Line), close(In)).\n"
            "test(sisters, all(X == [d])) :- sister(c, X).\n\n:- end_tests(hive).\n")
    written(f"{folder}/.gitignore", "hampers\n")
    repository(folder)


def harbour(folder, _):
    written(f"{folder}/berths.ads", "-- Made up: who lies where.\ngeneric\n   type Ship is private;\npackage Berths is\n   Full : exception;\n   type Pier (Room : Positive) is tagged private;\n"
            "   procedure Moor (P : in out Pier; S : Ship) with Pre => not Is_Full (P);\n   function Is_Full (P : Pier) return Boolean;\n   function Count (P : Pier) return Natural;\nprivate\n"
            "   type Ships is array (Positive range <>) of Ship;\n   type Pier (Room : Positive) is tagged record\n      Last : Natural := 0;\n      All_Of_Them : Ships (1 .. Room);\n   end record;\nend Berths;\n")
    written(f"{folder}/berths.adb", "package body Berths is\n   procedure Moor (P : in out Pier; S : Ship) is\n   begin\n      P.Last := P.Last + 1;\n      P.All_Of_Them (P.Last) := S;\n   end Moor;\n\n"
            "   function Is_Full (P : Pier) return Boolean is (P.Last = P.Room);\n   function Count (P : Pier) return Natural is (P.Last);\nend Berths;\n")
    written(f"{folder}/tides.ads", "package Tides is\n   subtype Hour is Integer range 0 .. 23;\n   task type Clerk is\n      entry Ask (When_It_Is : Hour; High : out Boolean);\n   end Clerk;\nend Tides;\n")
    written(f"{folder}/tides.adb", "package body Tides is\n   task body Clerk is\n   begin\n      loop\n         select\n            accept Ask (When_It_Is : Hour; High : out Boolean) do\n"
            "               High := When_It_Is mod 12 < 6;\n            end Ask;\n         or\n            terminate;\n         end select;\n      end loop;\n   end Clerk;\nend Tides;\n")
    written(f"{folder}/try_harbour.adb", "with Ada.Assertions, Ada.Text_IO, Berths, Tides;\nprocedure Try_Harbour is\n   package Of_Numbers is new Berths (Integer);\n   P : Of_Numbers.Pier (2);\n   C : Tides.Clerk;\n   High : Boolean;\nbegin\n"
            "   P.Moor (7);\n   P.Moor (8);\n   begin\n      P.Moor (9);\n      raise Program_Error;\n   exception\n      when Ada.Assertions.Assertion_Error => null;\n   end;\n"
            "   C.Ask (13, High);\n   pragma Assert (High);\n   Ada.Text_IO.Put_Line (\"passed\" & P.Count'Image);\nend Try_Harbour;\n")


def granges(folder, _):
    written(f"{folder}/barn.rs", "//! Made up: what lies in a barn.\n#[derive(Debug, PartialEq, Clone)]\npub enum Lies { Nothing, Sheaves(u32) }\n\n/// What is there when some were threshed.\npub fn threshed(lies: &Lies, many: u32) -> Result<Lies, String> {\n"
            "    match lies {\n        Lies::Sheaves(there) if *there > many => Ok(Lies::Sheaves(there - many)),\n        Lies::Sheaves(there) if *there == many => Ok(Lies::Nothing),\n        other => Err(format!(\"{:?} is not enough\", other)),\n    }\n}\n\n"
            "#[cfg(test)]\nmod tests {\n    use super::*;\n    #[test]\n    fn all_of_it() { assert_eq!(threshed(&Lies::Sheaves(3), 3), Ok(Lies::Nothing)); }\n    #[test]\n    fn too_much() { assert!(threshed(&Lies::Nothing, 1).is_err()); }\n"
            "    #[test]\n    fn by_many() {\n        let hands: Vec<_> = (1..4).map(|many| std::thread::spawn(move || threshed(&Lies::Sheaves(9), many))).collect();\n        assert!(hands.into_iter().all(|hand| hand.join().unwrap().is_ok()));\n    }\n}\n")
    written(f"{folder}/farm.rs", "use std::{env, fs};\n\nfn main() {\n    let path = env::args().nth(1).expect(\"a list\");\n    let list = fs::read_to_string(&path).expect(\"a list that can be read\");\n    let mut lies = barn::Lies::Sheaves(40);\n"
            "    for line in list.lines() {\n        lies = barn::threshed(&lies, line.trim().parse().expect(\"a number\")).expect(\"enough\");\n    }\n    println!(\"{:?}\", lies);\n}\n")


def clockwork(folder, _):
    written(f"{folder}/wheels.pas", "unit wheels;\n{ Made up. }\n{$mode objfpc}\ninterface\ntype\n  TWheel = class\n    Teeth: Integer;\n    constructor Create(Many: Integer);\n    function Turns(Other: TWheel): Double; virtual;\n  end;\nimplementation\n\n"
            "constructor TWheel.Create(Many: Integer);\nbegin\n  Teeth := Many;\nend;\n\nfunction TWheel.Turns(Other: TWheel): Double;\nbegin\n  Result := Teeth / Other.Teeth;\nend;\n\nend.\n")
    written(f"{folder}/chime.pas", "unit chime;\n{$mode objfpc}\ninterface\nfunction strokes(hour: integer): string;\nimplementation\n{$i strokes.inc}\nend.\n")
    written(f"{folder}/strokes.inc", "function strokes(hour: integer): string;\nbegin\n  strokes := StringOfChar('x', (hour + 11) mod 12 + 1);\nend;\n")
    written(f"{folder}/clock.pas", "program clock;\n{$mode objfpc}\nuses wheels, chime;\nvar\n  big, small: TWheel;\nbegin\n  big := TWheel.Create(60);\n  small := TWheel.Create(12);\n  if big.Turns(small) <> 5 then halt(1);\n"
            "  if strokes(15) <> 'xxx' then halt(2);\n  if strokes(12) <> 'xxxxxxxxxxxx' then halt(3);\n  writeln('passed');\n  small.Free;\n  big.Free;\nend.\n")


def week(path, number):
    written(path, "".join(f"Day {at}\n\n" + ("nobody is sure\n" if at == 2 else "agreed, made up\n" * (1 + (at + int(number)) % 3)) for at in range(1, 5)))


PUT = {**PUT, **{each.__name__: each for each in (enclosed, yard, hive, harbour, granges, clockwork, week)}}
GOES_ON = {**GOES_ON, **{each.__name__: each for each in (later, errands, rots)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/almoner.py")
