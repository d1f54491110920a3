"""Makes what the sensor wrote about a scenario a recording: the same bytes on whichever machine it ran, as far as can be.

What is done, the same for all (test/scenarios/README.md says it to readers; test/recordings holds it):
- It begins with the exec of the program. What the recorder and the launcher did before is left out, the start of the task
  is kept. The sensor's reports on itself are left out; a run that lost something is refused.
- Files of the distribution (below /usr, and /etc/ld.so.*) that are only opened, read or mapped are left out, unless they
  have a class or the process holds what has one: that is the loader and the interpreter, the same in each recording.
  Shared libraries are left out in any case.
- Times move by one distance, so that the first is START. The time since boot starts at BOOT.
- Leaders of a session that are no process of the recording are left out: they are who recorded, and when it logged in.
- The interpreter of the recorder, which starts the program, is that of the distribution.
- Host, boot, and the place of the recorder in the tree of cgroups get fixed names. Runs, processes, mount namespaces and
  pids are numbered in the order in which they appear; the same stays the same.
- Events are numbered again.
"""
import datetime, hashlib, json, os, re, sys

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
BOOT = 60_000_000
HOUR = 3_600_000_000
HOST_NAME = "web-1"
FIRST_PID = 100
FIRST_NAMESPACE = 4026532000
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")
LOG_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
IDENTITY = re.compile(r"[0-9a-f]{32}\Z")
DERIVED = re.compile(r"([0-9a-f]{32})(-d?\d+)\Z")
OBJECT = re.compile(r"[0-9a-f]{16}(-.*)\Z")
LIBRARY = re.compile(r"/usr/lib/.*\.so(\.[\d.]+)?\Z|/etc/ld\.so\.cache\Z")
RECORDER = os.path.realpath(sys.executable)
LOOKING = ("file_open", "file_read", "file_map")


class Refused(Exception):
    """What the sensor wrote cannot become a recording; the message says why."""


def neutral(text, name):
    """The NDJSON of one run of the sensor as the NDJSON of the recording `name`."""
    events = [json.loads(line) for line in text.splitlines()]
    actions = [action_of(event) for event in events]
    if not actions or actions[-1] != "sensor_stop":
        raise Refused("the sensor did not end in order")
    if "sensor_loss" in actions:
        raise Refused("the sensor lost something")
    kept = [event for event in begun(events) if not action_of(event).startswith("sensor_") and not of_distribution(event)]
    if not kept:
        raise Refused("the program was not seen")
    return written(kept, name)


def neutral_runs(text, counts, hours):
    """
    The NDJSON of one run of the sensor as a recording for each name of `counts`, in that order, of so many runs of tasks
    each. Each begins so many `hours` after START.
    """
    events = [json.loads(line) for line in text.splitlines()]
    if not events or action_of(events[-1]) != "sensor_stop" or any(action_of(event) == "sensor_loss" for event in events):
        raise Refused("the sensor lost something, or did not end in order")
    runs = {}
    for event in events:
        if not action_of(event).startswith("sensor_") and "task" in event["detpack"]:
            runs.setdefault(event["detpack"]["task"]["run"], []).append(event)
    if len(runs) != sum(counts.values()):
        raise Refused(f"{len(runs)} runs of tasks were seen and {sum(counts.values())} started")
    left = iter(runs.values())
    for at, (name, count) in zip(hours, counts.items()):
        own = [event for _ in range(count) for event in begun(next(left)) if not of_distribution(event)]
        yield written(own, name, at)


def runs_by_hour(text):
    """Recordings that were put together, by how many hours after START each began."""
    runs = {}
    for line in text.splitlines(keepends=True):
        since = parsed(json.loads(line)["@timestamp"]) - START
        runs.setdefault(since // datetime.timedelta(hours=1), []).append(line)
    return {at: "".join(lines) for at, lines in runs.items()}


def written(kept, name, hours=0):
    renamer = Renamer(name, kept[0], {event["process"]["entity_id"] for event in kept}, hours)
    lines = [renamer.event(event, number) for number, event in enumerate(kept, 1)]
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    return text.replace(json.dumps(RECORDER), json.dumps(f"/usr/bin/{os.path.basename(RECORDER)}"))


def neutral_log_of(text, log):
    """A log that the program of that run wrote of itself, with its times moved by the same distance."""
    events = [json.loads(line) for line in text.splitlines()]
    first = next(event for event in begun(events) if not action_of(event).startswith("sensor_") and not of_distribution(event))
    shift = START - parsed(first["@timestamp"])
    return LOG_TIME.sub(lambda found: timed(parsed(found[0]) + shift), log)


def action_of(event):
    return event["event"]["action"]


def begun(events):
    """From the first exec that worked on; before it only that the task started."""
    for at, event in enumerate(events):
        if action_of(event) == "process_exec" and event["event"].get("outcome") == "success":
            return [one for one in events[:at] if action_of(one) == "task_start"] + events[at:]
    return []


def of_distribution(event):
    path = event.get("file", {}).get("path", "")
    own = event["detpack"]
    return (action_of(event) in LOOKING and path.startswith(("/usr/", "/etc/ld.so."))
            and "class" not in own.get("object", {}) and ("flow" not in own or LIBRARY.match(path) is not None))


class Renamer:
    def __init__(self, name, first, recorded, hours):
        self.name = name
        self.shift = START + datetime.timedelta(hours=hours) - parsed(first["@timestamp"])
        self.boot = BOOT + hours * HOUR - first["detpack"]["time"]["boot"]
        self.host = digest("host", HOST_NAME)
        self.recorded = recorded
        self.identities, self.pids, self.namespaces = {}, {}, {}

    def event(self, event, number):
        for leader in ("entry_leader", "session_leader"):
            if event["process"].get(leader, {}).get("entity_id") not in self.recorded:
                event["process"].pop(leader, None)
        event["event"]["sequence"] = number
        event["event"]["id"] = event["event"]["id"].rpartition("-")[0] + f"-{number}"
        event = self.value(event, ())
        event["host"] = {"id": self.host, "name": HOST_NAME, "boot": {"id": digest("boot", HOST_NAME)}}
        event["detpack"]["time"]["boot"] += self.boot
        if "cgroup" in event["detpack"]:
            event["detpack"]["cgroup"] = {"id": "1", "path": "/"}
        for place in ("service", "container", "orchestrator"):
            event.pop(place, None)
        return event

    def value(self, value, keys):
        if isinstance(value, dict):
            return {key: self.value(one, (*keys, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [self.value(one, keys) for one in value]
        if isinstance(value, str):
            return self.text(value, keys)
        if isinstance(value, int) and (keys[-1] == "pid" or keys[-2:] == ("thread", "id")):
            return self.pids.setdefault(value, FIRST_PID + len(self.pids))
        return value

    def text(self, text, keys):
        if TIME.match(text):
            return timed(parsed(text) + self.shift)
        if IDENTITY.match(text):
            return self.identity(text)
        derived = DERIVED.match(text)
        if derived:
            return self.identity(derived[1]) + derived[2]
        if keys[-3:-1] == ("process", "namespace"):
            return self.namespaces.setdefault(text, str(FIRST_NAMESPACE + len(self.namespaces)))
        if keys[-2:] == ("object", "id") and OBJECT.match(text):
            return self.host[:16] + OBJECT.match(text)[1]
        return text

    def identity(self, old):
        if old not in self.identities:
            self.identities[old] = digest(self.name, str(len(self.identities)))
        return self.identities[old]


def parsed(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def timed(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(*words):
    return hashlib.sha256("\0".join(("detpack-recording", *words)).encode()).hexdigest()[:32]
