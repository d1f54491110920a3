#!/usr/bin/python3 -I
"""Who measures fields and brings what was measured by the SSH daemon, with other programs than its own; not recorded: surveyor.py WHAT [VALUE]

abreast: AsyncSSH, several files at a time by one connection, one of which is given up in the middle and brought whole afterwards, by a key that nobody knows at first · foreign: Net::SFTP::Foreign, a folder with
what is new in it only, a file that is gone on with, one that takes the place of another when it is whole, and one that is not there
"""
import os, subprocess, sys

sys.path.append("/opt/agent")
from client import HOST, KNOWN, OWN, attend, ssh_keys
from person import PID
from roamer import made, must_be_same

FIELDS = "/home/agent/fields"


def abreast(number):
    import asyncio

    import asyncssh

    many = 2 + int(number) % 4
    for at in range(many):
        made(f"plots/plot-{at}.bin", 20_000 + 30_000 * at)
    large = made("aerial.bin", 500_000 + 150_000 * int(number))
    way = {"port": 2222, "username": "agent", "known_hosts": None, "config": None, "agent_path": None, "keepalive_interval": 1}

    async def all_of_it():
        try:
            await asyncssh.connect(HOST, client_keys=[f"{OWN}/other"], **way)
            sys.exit("surveyor: a key that nobody knows was taken")
        except asyncssh.PermissionDenied:
            pass
        async with asyncssh.connect(HOST, client_keys=[f"{OWN}/key"], **way) as link:
            async with link.start_sftp_client() as files:
                await files.makedirs(f"fields/day-{number}", exist_ok=True)
                await asyncio.gather(*[files.put(f"{OWN}/plots/plot-{at}.bin", f"fields/day-{number}/plot-{at}.bin", block_size=8192) for at in range(many)])
                try:
                    async with asyncio.timeout(0.15):
                        async with files.open("fields/aerial.part", "wb") as out:
                            for at in range(0, 400_000, 4000):
                                await out.write(bytes(4000))
                                await asyncio.sleep(0.005)
                except TimeoutError:
                    pass
                await files.put(large, "fields/aerial.part")
                await files.posix_rename("fields/aerial.part", f"fields/aerial-{number}.bin")
                names = sorted([each.filename async for each in files.scandir(f"fields/day-{number}") if each.filename[0] != "."])
                if len(names) != many:
                    sys.exit(f"surveyor: there are {names}")
                print(await files.getsize(f"fields/aerial-{number}.bin"), await files.realpath("fields"), (await files.statvfs("fields")).bsize)
                await files.symlink(f"aerial-{number}.bin", "fields/newest")
                await asyncio.gather(files.get("fields/newest", f"{OWN}/back", follow_symlinks=True), files.get("documents/survey.txt", f"{OWN}/survey"))
                await asyncio.sleep(0.2 + 0.1 * int(number))
                try:
                    await files.get("fields/none", f"{OWN}/none")
                    sys.exit("surveyor: what is not there came")
                except asyncssh.SFTPNoSuchFile:
                    pass

    asyncio.run(all_of_it())
    must_be_same(large, f"{OWN}/back")


def foreign(number):
    for at in range(3 + int(number) % 3):
        made(f"sheets/{at}.csv", 700 * (1 + at))
    large = made("map.bin", 120_000 + 50_000 * int(number))
    os.makedirs(FIELDS)
    with open(large, "rb") as whole, open(f"{FIELDS}/map-{number}.bin", "wb") as half:
        half.write(whole.read(60_000))
    with open(f"{FIELDS}/list.txt", "w") as old:
        old.write("made up, of yesterday\n")
    way = ", ".join(f"'{each}'" for each in ("-F", "none", *KNOWN, "-i", f"{OWN}/key"))
    program = f"""
        use v5.36; use Net::SFTP::Foreign;
        my $files = Net::SFTP::Foreign->new(host => '{HOST}', port => 2222, user => 'agent', more => [{way}], timeout => 15, queue_size => 6);
        die $files->error if $files->error;
        my sub must ($done) {{ die $files->error unless $done; return $done }}
        must($files->setcwd('fields'));
        $files->rput('{OWN}/sheets', 'sheets');
        sleep 1;
        open(my $sheet, '>>', '{OWN}/sheets/1.csv'); print $sheet "more, made up\\n"; close $sheet;
        $files->rput('{OWN}/sheets', 'sheets', newer_only => 1);
        must($files->put('{large}', 'map-{number}.bin', resume => 1));
        must($files->put('{OWN}/note', 'list.txt', atomic => 1, overwrite => 1));
        my @small = $files->glob('sheets/*.csv', names_only => 1);
        die "there are @small" if @small < 3;
        $files->find('.', wanted => qr/csv$/, names_only => 1);
        must($files->rename('sheets/1.csv', 'sheets/one.csv'));
        $files->rget('sheets', '{OWN}/again');
        must($files->get('map-{number}.bin', '{OWN}/back'));
        my $part = $files->open('/home/agent/documents/handbook.txt'); $files->seek($part, 10, 0); my $line = $files->readline($part); $files->close($part);
        die 'what is not there came' if $files->get('none', '{OWN}/none');
        $files->rremove('sheets/one.csv');
        $files->disconnect;
    """
    done = subprocess.run(["perl", "-e", program], env={"PATH": "/usr/bin:/bin", "HOME": OWN}, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=40)
    if done.returncode:
        sys.exit(f"surveyor: {done.stderr}")
    must_be_same(large, f"{OWN}/back")
    must_be_same(f"{FIELDS}/list.txt", f"{OWN}/note")


USES = {each.__name__: each for each in (abreast, foreign)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("surveyor.py", ssh_keys, PID, lambda: USES[what](value))
