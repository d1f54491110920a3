#!/usr/bin/python3 -I
"""What lies there before a run, and who is there beside it; not recorded: estate.py WHAT...

counting=FOLDER: a small project in Perl · ledger=FOLDER: one in Python · grows=FILE,SIGN: as soon as the file SIGN is there, FILE has a line
more and another file beside it · holds=FILE,SECONDS: who has the lock of that file for so long · keeps=SOCKET,TEXT: a program of nobody's
task that is given a descriptor there, opens anew what that stands for, and must find the text · linked=NAME,FILE: FILE has another name too ·
tape=FIFO,TEXT: somebody takes what is written there, and must find the text packed in it. All else is put there by hosts.py and prepare.py.
"""
import fcntl, os, socket, sys, time, zlib

sys.path.append("/opt/agent")
from hosts import GOES_ON, PUT, set_up

COUNTING = {
    "Makefile.PL": "use ExtUtils::MakeMaker;\nWriteMakefile(NAME => 'Counting', VERSION => '0.1', PREREQ_PM => {});\n",
    "MANIFEST": "Makefile.PL\nlib/Counting.pm\nt/files.t\nt/slow.t\nt/words.t\n",
    "lib/Counting.pm": "package Counting;\nuse strict;\nuse warnings;\nsub words { my %seen; $seen{lc $_}++ for $_[0] =~ /\\w+/g; return \\%seen }\n1;\n",
    "t/words.t": "use strict;\nuse Test::More;\nuse_ok('Counting');\nis_deeply(Counting::words('Made up, made'), { made => 2, up => 1 });\ndone_testing;\n",
    "t/files.t": "use strict;\nuse Test::More tests => 2;\nuse File::Temp;\nuse Counting;\nmy $file = File::Temp->new;\n"
    "print $file \"nobody wrote this\\n\" x 40;\n$file->flush;\nopen my $in, '<', \"$file\" or die;\nlocal $/;\nmy $count = Counting::words(<$in>);\n"
    "is($count->{nobody}, 40);\nis(keys %$count, 3);\n",
    "t/slow.t": "use Test::More tests => 1;\nselect undef, undef, undef, 0.7;\nok(1, 'nothing hurries');\n",
}
LEDGER = {
    "src/ledger/__init__.py": "",
    "src/ledger/sums.py": '"""Sums of what was booked.\n\n>>> total([(\'a\', 2), (\'b\', 3)])\n5\n"""\n\n\n'
    "def total(entries):\n    return sum(amount for _, amount in entries)\n",
    "src/ledger/book.py": "import json\nimport os\n\nfrom ledger.sums import total\n\n\ndef booked(path, entries):\n"
    "    with open(path + '.new', 'w') as file:\n        json.dump(entries, file)\n    os.replace(path + '.new', path)\n    return total(entries)\n",
    "src/ledger/main.py": "import sys\n\nfrom ledger.sums import total\n\n\ndef main():\n    print(total([('made up', int(each)) for each in sys.argv[1:]]))\n",
    "tests/test_book.py": "import json\nimport tempfile\nimport unittest\n\nfrom ledger.book import booked\n\n\nclass Book(unittest.TestCase):\n"
    "    def test_what_is_booked_is_kept(self):\n        with tempfile.TemporaryDirectory() as folder:\n"
    "            self.assertEqual(booked(folder + '/book', [('a', 1), ('b', 2)]), 3)\n            with open(folder + '/book') as file:\n"
    "                self.assertEqual(json.load(file), [['a', 1], ['b', 2]])\n",
    "tests/test_sums.py": "import doctest\nimport subprocess\nimport sys\nimport unittest\n\nimport ledger.sums\n\n\n"
    "def load_tests(loader, tests, ignore):\n    tests.addTests(doctest.DocTestSuite(ledger.sums))\n    return tests\n\n\n"
    "class Run(unittest.TestCase):\n    def test_as_a_program(self):\n"
    "        code = 'import sys; sys.argv = [0, 4, 5]; from ledger.main import main; main()'\n"
    "        self.assertEqual(subprocess.check_output([sys.executable, '-c', code]), b'9\\n')\n",
}


def written(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def project(files):
    return lambda folder, _: [written(f"{folder}/{name}", text) for name, text in files.items()]


def grows(path, sign):
    yield
    for _ in range(2000):
        if os.path.exists(sign):
            break
        time.sleep(0.01)
    with open(path, "a") as file:
        file.write("A line more, made up as well.\n")
    written(f"{path}.more", "Made up later.\n")


def holds(path, seconds):
    file = open(path, "w")
    fcntl.lockf(file, fcntl.LOCK_EX)
    yield
    time.sleep(float(seconds))
    file.close()


def keeps(path, text):
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(path)
    door.listen()
    yield
    link, _ = door.accept()
    _, descriptors, _, _ = socket.recv_fds(link, 64, 1)
    with open(f"/proc/self/fd/{descriptors[0]}", "rb") as file:
        if text.encode() not in file.read():
            sys.exit("estate: that is something else")
    link.send(b"ok")
    link.close()


def linked(name, path):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    os.link(path, name)


def tape(path, text):
    os.mkfifo(path)
    yield
    with open(path, "rb") as end:
        got = zlib.decompress(end.read(), 31)
    if text.encode() not in got:
        sys.exit("estate: that is not on it")


PUT = {**PUT, "linked": linked, "counting": project(COUNTING), "ledger": project(LEDGER)}
GOES_ON = {**GOES_ON, "grows": grows, "holds": holds, "keeps": keeps, "tape": tape}

if __name__ == "__main__":
    set_up(sys.argv[1:], PUT, GOES_ON, "/run/estate.py")
