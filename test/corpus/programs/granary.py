#!/usr/bin/python3 -IS
"""Programs that share the work of a granary by its database, and people who look at it; not recorded: granary.py WHAT [VALUE]

worked-off: several programs take jobs from a table, each another one, and are told of new ones; sums that two change at once are counted again · booked:
places are booked for a time, some twice, which is refused; what came is brought together with what was there, and looked at in several ways
"""
import subprocess, sys, time

sys.path.append("/opt/agent")
from client import attend
from query import CLUSTER, ask, client, cluster, must_hold, said, sql

PID = "/run/postgres.pid"


def house():
    cluster()
    with open(f"{CLUSTER}/postgresql.conf", "a") as settings:
        settings.write("max_connections = 12\nmax_files_per_process = 90\nidle_in_transaction_session_timeout = '4s'\njit = off\n")


def begun(text):
    process, _ = client("")
    process.stdin.write(text)
    process.stdin.flush()
    return process, ""


WORKER = ("BEGIN; UPDATE jobs SET done_by = pg_backend_pid() WHERE id = (SELECT id FROM jobs WHERE done_by IS NULL ORDER BY id LIMIT 1 "
          "FOR UPDATE SKIP LOCKED) RETURNING id; SELECT pg_sleep(0.05); COMMIT;\n")
SUMMED = ("BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT sum(weight) FROM sacks; SELECT pg_sleep(1); "
          "INSERT INTO sacks (weight) VALUES ({}); COMMIT;\n")


def worked_off(number):
    count = 6 + 2 * int(number)
    sql("CREATE TABLE jobs (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text, done_by int);", "CREATE TABLE sacks (weight numeric);",
        "CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('jobs', NEW.id::text); RETURN NULL; END $$;",
        "CREATE TRIGGER told AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION told();")
    waits = begun("LISTEN jobs;\n")
    time.sleep(0.5)
    sql(f"INSERT INTO jobs (what) SELECT 'weigh sack ' || n FROM generate_series(1, {count}) n;")
    for worker in [client(WORKER * (count // 2)) for _ in range(2)]:
        said(worker)
    must_hold(said((waits[0], "SELECT 1;\n")), f'payload "{count}"')
    must_hold(sql("SELECT count(*) FROM jobs WHERE done_by IS NULL;", "SELECT count(DISTINCT done_by) FROM jobs;"), "0\n2")
    both = [begun(SUMMED.format(weight)) for weight in (10, 20)]
    for each, _ in both:
        each.stdin.close()
    ends = sorted(each.wait(20) for each, _ in both)
    if ends != [0, 3]:
        sys.exit(f"granary: they ended with {ends}")
    said(client(SUMMED.format(30)))
    must_hold(sql("SET work_mem = '64kB';", "SET temp_file_limit = '200kB';",
                  "SELECT count(*) FROM (SELECT md5(n::text) FROM generate_series(1, 20000) n ORDER BY 1 OFFSET 1) sorted;", ends=3), "temp_file_limit")
    must_hold(sql("SET idle_in_transaction_session_timeout = '300ms';", "BEGIN;", "SELECT 1;", "\\! sleep 0.9", "COMMIT;", ends=2), "idle-in-transaction")


def booked(number):
    guests = 4 + 3 * int(number)
    sql("CREATE EXTENSION btree_gist;", "CREATE TABLE stays (place int, during tsrange, who text, EXCLUDE USING gist (place WITH =, during WITH &&));",
        "INSERT INTO stays SELECT n % 3, tsrange(timestamp '2026-01-01' + n * interval '1 day', timestamp '2026-01-02' + n * interval '1 day'), "
        f"'guest ' || n FROM generate_series(1, {guests}) n;")
    must_hold(sql("INSERT INTO stays SELECT place, during, 'too late' FROM stays LIMIT 1;", ends=3), "exclusion")
    sql("CREATE TABLE came (who text PRIMARY KEY, times int, nights int GENERATED ALWAYS AS (times * 2) STORED);",
        "INSERT INTO came (who, times) VALUES ('guest 1', 1) ON CONFLICT (who) DO UPDATE SET times = came.times + 1;",
        "MERGE INTO came USING (SELECT DISTINCT who FROM stays) s ON came.who = s.who WHEN MATCHED THEN UPDATE SET times = times + 1 "
        "WHEN NOT MATCHED THEN INSERT (who, times) VALUES (s.who, 1);",
        "COPY came (who, times) FROM STDIN (FORMAT csv, HEADER match);", "who,times", *(f"walk-in {at},1" for at in range(9)), "\\.")
    time.sleep(0.2 * int(number))
    must_hold(sql("SELECT max(nights) FROM came;", "SELECT place, count(*), grouping(place) FROM stays GROUP BY ROLLUP (place) ORDER BY 1;",
                  "SELECT jsonb_path_query_array(jsonb_agg(to_jsonb(came)), '$[*] ? (@.times > 1).who') FROM came;",
                  "WITH RECURSIVE days (day, at) AS (SELECT date '2026-01-01', 1 UNION ALL SELECT day + 1, at + 1 FROM days WHERE at < 9) "
                  "SELECT day, found.who FROM days LEFT JOIN LATERAL (SELECT who FROM stays WHERE during @> day::timestamp) found ON true;"), "guest 1")
    sql("CREATE ROLE desk NOLOGIN;", "GRANT SELECT ON stays TO desk;", "ALTER TABLE stays ENABLE ROW LEVEL SECURITY;",
        "CREATE POLICY one ON stays FOR SELECT TO desk USING (place = 1);", "SET ROLE desk;", "SELECT count(*) FROM stays;", "RESET ROLE;",
        "CREATE INDEX ON came USING brin (times);", "ALTER TABLE came ADD COLUMN since date DEFAULT '2026-01-01';", "VACUUM (FREEZE, ANALYZE) came;")
    must_hold(sql("SET ROLE desk;", "SELECT * FROM came;", ends=3), "permission denied")


USES = {"worked-off": worked_off, "booked": booked}

if __name__ == "__main__":
    what, value, *_ = [*sys.argv[1:], ""]
    attend("granary.py", house, PID, lambda: ask(USES, what, value))
