#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it, besides what custodian.py knows; not recorded: concierge.py WHAT...

packets=ADDRESS:PORT: a service for translations by packets with their length before them, which hangs up once in the middle · juggles=ADDRESS:PORT: one that answers several questions in an
order of its own, and no more than so many by a connection · mill=FOLDER, ferry=FOLDER, spindle=FOLDER: repositories of projects in OCaml, Erlang and Lisp · millstone=FOLDER, landing=FOLDER,
foundling=FOLDER: the same languages, to be built · counter=MAILBOX,COUNT: a mailbox of one file. All else is put there by custodian.py. It ends with 0 when all that these wait for has come.
"""
import json, re, select, socket, struct, subprocess, sys

sys.path.append("/opt/agent")
from custodian import GOES_ON, PUT
from hosts import place, set_up
from household import written
from steward import repository


def packets(address, _):
    door, rounds, went_on = socket.create_server(place(address)), 0, False
    yield
    while not went_on:
        link, _ = door.accept()
        rounds += 1
        with link, link.makefile("rwb") as line:
            taken, cut = 0, False
            while head := line.read(4):
                text = line.read(struct.unpack(">I", head)[0])
                if cut := rounds == 1 and taken == 2:
                    break  # somebody pulled a plug
                taken += 1
                # The line is the last in the term (External Term Format: m, its length, its bytes).
                said = re.search(rb"m....(.*)$", text, re.S)[1].swapcase()
                line.write(struct.pack(">I", len(said)) + said)
                line.flush()
            went_on = not cut


def juggles(address, _):
    door, more = socket.create_server(place(address)), True
    yield
    while more:
        link, _ = door.accept()
        with link, link.makefile("rwb") as line:
            asked, taken, more = [], 0, False
            while text := line.readline():
                taken += 1
                if taken > 14:
                    more = True
                    break
                asked.append(json.loads(text))
                # Answers wait for another question as long as one is on its way.
                if len(asked) < 3 and select.select([link], [], [], 0.15)[0]:
                    continue
                for each in reversed(asked):
                    answer = {"id": each["id"], "text": each["text"].swapcase()} if each["id"] % 7 else {"id": each["id"], "unknown": True}
                    line.write(json.dumps(answer).encode() + b"\n")
                line.flush()
                asked = []


def git(folder, *words):
    subprocess.run(["git", "-C", folder, "-c", "user.name=b", "-c", "user.email=b@example.com", *words], check=True, stdout=subprocess.DEVNULL)


def mill(folder, _):
    ground = "(* Made up: how fine it is ground. *)\nlet ground n = if n > 3 then n - 3 else 0\n\n"
    written(f"{folder}/mill.ml", ground + "let sacks n = (n + 9) / 10\n")
    written(f"{folder}/test.ml", '#use "mill.ml";;\nassert (ground 5 = 2);;\nassert (ground 1 = 0);;\nassert (sacks 11 = 2);;\nassert (sifted [1; 5] = [0; 2]);;\n')
    repository(folder)
    written(f"{folder}/mill.ml", "let sacks n = (n + 9) / 10\n")
    git(folder, "commit", "-qam", "Tidy up")
    written(f"{folder}/mill.ml", "let sacks n = (n + 9) / 10\n\nlet sifted all = List.map ground all\n")
    git(folder, "commit", "-qam", "Sift several")


def ferry(folder, _):
    written(f"{folder}/src/ferry.erl", "%% Made up: what a ferry carries.\n-module(ferry).\n-export([load/1]).\n\nload([]) -> 0;\nload(Cars) -> lists:sum(Cars).\n")
    written(f"{folder}/test/ferry_test.erl", "-module(ferry_test).\n-export([run/0]).\n\nrun() ->\n    6 = ferry:load([1, 2, 3]),\n    0 = ferry:load([]),\n"
            '    {ok, <<"package\\n">>} = file:read_file("crates/crate-1.tar"),\n    halt(0).\n')
    written(f"{folder}/.gitignore", "crates\n")
    repository(folder)


def spindle(folder, _):
    written(f"{folder}/spindle.lisp", ";; Made up: makes thread.\n(defun spin (wool) (* 2 wool))\n\n(defun spin-all (wools) (mapcar #'spin wools))\n")
    written(f"{folder}/loom.lisp", ";; Made up: calls by name.\n(defun woven (wool) (funcall (intern (concatenate 'string \"SP\" \"IN\")) wool))\n")
    written(f"{folder}/tests.lisp", '(load "spindle.lisp")\n(load "loom.lisp")\n(assert (= 4 (spin 2)))\n(assert (equal \'(2 4) (spin-all \'(1 2))))\n(assert (= 6 (woven 3)))\n')
    repository(folder)


def millstone(folder, _):
    written(f"{folder}/grain.mli", "val grains : int -> int\nval flour : int -> int -> int\n")
    written(f"{folder}/grain.ml", "let grains n = n\nlet flour sacks each = grains sacks * each\n")
    written(f"{folder}/baker.ml", "let bread sacks each = Grain.flour sacks each\n")
    written(f"{folder}/baker.mli", "val bread : int -> int -> int\n")
    written(f"{folder}/town.ml", "let () = Printf.printf \"%d\\n\" (Baker.bread (int_of_string Sys.argv.(1)) (int_of_string Sys.argv.(2)))\n")


def landing(folder, _):
    written(f"{folder}/src/vessel.erl", "%% Made up: what every vessel can.\n-module(vessel).\n-export([fits/2]).\n-callback room() -> pos_integer().\n\nfits(Kind, Many) -> Many =< Kind:room().\n")
    written(f"{folder}/src/boat.erl", "-module(boat).\n-behaviour(vessel).\n-export([room/0]).\n\nroom() -> 8.\n")
    written(f"{folder}/src/landing_test.erl", "-module(landing_test).\n-export([all/0, waits/0]).\n\nall() ->\n    true = vessel:fits(boat, 8),\n    false = vessel:fits(boat, 9),\n"
            '    [begin spawn_monitor(fun() -> exit(boat:room() - N) end), receive {\'DOWN\', _, _, _, Left} -> 8 = Left + N end end || N <- lists:seq(1, 4)],\n'
            '    io:format("passed~n"),\n    halt(0).\n\nwaits() ->\n    receive ebb -> halt(0) end.\n')


def foundling(folder, _):
    written(f"{folder}/metal.lisp", ";; Made up.\n(defpackage :metal (:use :cl) (:export #:weight))\n(in-package :metal)\n(defun weight (a b) (* a b))\n")
    written(f"{folder}/mould.lisp", "(defpackage :mould (:use :cl :metal) (:export #:poured))\n(in-package :mould)\n(defmacro with-heat (&body body) `(progn ,@body))\n"
            "(defun poured (a b) (with-heat (weight a b))\n;; not whole\n")


def counter(mailbox, count):
    written(mailbox, "".join(f"From caller{at}@example.com Fri Jan  2 00:0{at}:00 2026\nFrom: caller{at}@example.com\nTo: agent@example.com\nDate: Fri, 02 Jan 2026 00:0{at}:00 +0000\n"
                             f"Message-ID: <c{at}@example.com>\nSubject: At the counter {at}\n\nWhen is it open? Made up, {at}.\n\n" for at in range(1, 1 + int(count))))


PUT = {**PUT, **{each.__name__: each for each in (mill, ferry, spindle, millstone, landing, foundling, counter)}}
GOES_ON = {**GOES_ON, **{each.__name__: each for each in (packets, juggles)}}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/concierge.py")
