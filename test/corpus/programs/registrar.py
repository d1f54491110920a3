#!/usr/bin/python3 -IS
"""Who keeps a register in a database, and who reads in it; not recorded: registrar.py WHAT [VALUE]

looked: persons are found by what is known of them, however it is written, by functions of the register's own, cursors and windows; a change that would not agree with others is not taken · crossed: two change the same
the other way round, of whom one has to begin again; one waits too long, one is idle too long, one is told to go, and what was half done is not there afterwards
"""
import subprocess, sys, time

sys.path.append("/opt/agent")
from archivist import PID, house, refused
from client import attend
from query import ask, client, must_hold, said, sql

REGISTER = ("CREATE TYPE rank AS ENUM ('guest', 'member', 'keeper');",
            "CREATE TABLE persons (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, known jsonb NOT NULL DEFAULT '{}', rank rank NOT NULL DEFAULT 'guest', there daterange);",
            "CREATE UNIQUE INDEX ON persons (lower(name));", "CREATE INDEX ON persons USING gin (known jsonb_path_ops);", "CREATE INDEX ON persons USING gist (there);",
            "CREATE INDEX ON persons (id) WHERE rank = 'keeper';")


def looked(number):
    many = 60 + 30 * int(number)
    sql(*REGISTER,
        "CREATE FUNCTION found(part text) RETURNS SETOF persons LANGUAGE sql STABLE AS $$ SELECT * FROM persons WHERE lower(name) LIKE lower(part) || '%' $$;",
        "CREATE FUNCTION promoted(who int) RETURNS rank LANGUAGE plpgsql AS $$ DECLARE now rank; BEGIN UPDATE persons SET rank = 'member' WHERE id = who AND rank = 'guest' RETURNING rank INTO STRICT now; "
        "RETURN now; EXCEPTION WHEN no_data_found THEN RETURN (SELECT rank FROM persons WHERE id = who); END $$;",
        f"INSERT INTO persons (name, known, there) SELECT 'Nobody ' || n, jsonb_build_object('town', 'T' || n % 5, 'pets', jsonb_build_array(n % 3, n % 4)), daterange(date '2026-01-01' + n, date '2026-01-11' + n) "
        f"FROM generate_series(1, {many}) n;")
    must_hold(sql("SELECT count(*) FROM persons WHERE known @> '{\"town\": \"T1\"}';", "SELECT promoted(3), promoted(3), promoted(99999) IS NULL;", "SELECT name FROM found('nobody 7') ORDER BY id LIMIT 1;"), "Nobody 7")
    must_hold(sql("BEGIN;", "DECLARE all_of_them SCROLL CURSOR FOR SELECT id, lag(name) OVER (ORDER BY id) FROM persons;", "MOVE 20 IN all_of_them;", "FETCH 3 FROM all_of_them;",
                  "FETCH LAST FROM all_of_them;", "CLOSE all_of_them;", "COMMIT;"), f"{many}|Nobody {many - 1}")
    sql(refused("INSERT INTO persons (name) VALUES ('NOBODY 1');", "unique_violation"),
        "INSERT INTO persons (name) VALUES ('Nobody 1') ON CONFLICT (lower(name)) DO UPDATE SET known = persons.known || '{\"twice\": true}';",
        "MERGE INTO persons p USING (VALUES ('Nobody 2', 'keeper'), ('Somebody', 'guest')) n (name, rank) ON p.name = n.name WHEN MATCHED THEN UPDATE SET rank = n.rank::rank "
        "WHEN NOT MATCHED THEN INSERT (name, rank) VALUES (n.name, n.rank::rank);")
    must_hold(sql("PREPARE there (date) AS SELECT count(*) FROM persons WHERE there @> $1;", "EXECUTE there ('2026-01-20');", "EXECUTE there ('2026-02-01');", "DEALLOCATE ALL;",
                  "WITH RECURSIVE steps(n) AS (VALUES (1) UNION ALL SELECT n * 2 FROM steps WHERE n < 50) SELECT string_agg(name, ', ') FROM steps JOIN persons ON id = n;",
                  "SELECT jsonb_path_query_first(known, '$.pets[*] ? (@ > 1)') FROM persons WHERE id = 3;", "SELECT count(*) FROM persons TABLESAMPLE SYSTEM (100) WHERE rank = 'keeper';"), "Nobody 1, Nobody 2")


def crossed(number):
    rows = 20 + 10 * int(number)
    sql(*REGISTER, f"INSERT INTO persons (name) SELECT 'Nobody ' || n FROM generate_series(1, {rows}) n;", "SET deadlock_timeout = '200ms';")
    both = [client(f"SET deadlock_timeout = '300ms';\nBEGIN;\nUPDATE persons SET name = name || '!' WHERE id = {first};\nSELECT pg_sleep(0.8);\nUPDATE persons SET name = name || '?' WHERE id = {second};\nCOMMIT;\n")
            for first, second in ((1, 2), (2, 1))]
    for process, text in both:  # both begin at once
        process.stdin.write(text)
        process.stdin.flush()
    outcomes = [process.communicate(timeout=20)[1] for process, _ in both]
    if sum("deadlock detected" in each for each in outcomes) != 1:
        sys.exit(f"registrar: nobody had to begin again: {outcomes}")
    holder, _ = client("")
    holder.stdin.write("BEGIN; LOCK TABLE persons IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n")
    holder.stdin.flush()
    holder.stdout.readline()
    must_hold(sql("SET lock_timeout = '400ms';", "SELECT count(*) FROM persons;", ends=3), "lock timeout")
    holder.stdin.write("ROLLBACK;\n")
    said((holder, "SELECT 1;\n"))
    must_hold(sql("SET statement_timeout = '300ms';", "SELECT pg_sleep(9);", ends=3), "statement timeout")
    idle, _ = client("")
    idle.stdin.write("SET idle_in_transaction_session_timeout = '400ms'; BEGIN; DELETE FROM persons WHERE id > 5; SELECT 'half';\n")
    idle.stdin.flush()
    idle.stdout.readline()
    time.sleep(0.9 + 0.1 * int(number))
    must_hold(said((idle, "COMMIT;\n"), ends=2), "idle-in-transaction")
    goes = subprocess.Popen(idle.args, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    goes.stdin.write("SET application_name = 'goes'; BEGIN; SELECT id FROM persons FOR SHARE;\n")
    goes.stdin.flush()
    time.sleep(0.5)
    sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'goes';")
    goes.communicate("SELECT 1;\n", timeout=20)
    must_hold(sql("BEGIN ISOLATION LEVEL SERIALIZABLE;", "SAVEPOINT before;", "DELETE FROM persons;", "ROLLBACK TO before;", "SELECT count(*) || ' are there' FROM persons;", "COMMIT;"), f"{rows} are there")


USES = {each.__name__: each for each in (looked, crossed)}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("registrar.py", house, PID, lambda: ask(USES, what, value))
