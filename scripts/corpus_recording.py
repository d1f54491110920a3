"""The runs of test/corpus: what a run does, and the file of each part with its recordings.

A run has its hour in the file of its part. By its first event it can be told of which run a recording is: what is numbered
in it is named after the run (neutral_recording.py).
"""
import gzip, json, pathlib, re, shlex, typing
from neutral_recording import Refused, digest, runs_by_hour

TOP = pathlib.Path(__file__).resolve().parent.parent
CORPUS = TOP / "test/corpus"
# Programs of runs only; those of the scenarios are used as well.
PROGRAMS = CORPUS / "programs"
OF_SCENARIOS = TOP / "test/scenarios/programs"
# How runs of the corpus are named.
PREFIX = "corpus/"


class Run(typing.NamedTuple):
    name: str
    hour: int
    # How many commands it runs, each a run of the task.
    tasks: int


def read_corpus():
    return json.loads((CORPUS / "cases.json").read_text())


def first_hours():
    """The hour of the first run of each part, so that no two runs have the same hour."""
    return {each["name"]: each["firstHour"] for each in read_corpus()["parts"]}


def corpus_manifest(name):
    """A run of the corpus as a scenario: of each list of values the one of its number."""
    corpus = read_corpus()
    case, number = name.removeprefix(PREFIX).split("/")
    found = next(one for one in corpus["cases"] if one["name"] == case)
    values = {name: each[int(number) % len(each)] for name, each in corpus["values"].items()}

    def words(text):
        first, *rest = shlex.split(re.sub(r"\{(\w+)\}", lambda word: values[word[1]] if word[1] in values else number, text))
        program = f"/opt/agent/{first}.py"
        return (["python3", "-I", "-S", program] if is_program(f"{first}.py") else [first]) + rest

    first, *then = [words(each) for each in found["run"]]
    bound = [words(each)[0] for each in found.get("bind", [])]
    beside = {"beside": " ".join(words(found["beside"]))} if "beside" in found else {}
    return {"task": found["task"], "bind": bound, "run": first, "then": then, "exit": found.get("exit", 0), **beside}


def is_program(name):
    return any((folder / name).exists() for folder in (PROGRAMS, OF_SCENARIOS))


def runs_to_record(part, names):
    """By part, in order, the runs that are asked for: of this part, of these cases, each None for all."""
    cases = read_corpus()["cases"]
    known = first_hours()
    if part is not None and part not in known:
        raise Refused(f"no part {part!r}; there are {', '.join(known)}")
    unknown = [name for name in names or [] if not any(one["name"] == name and part in (None, one["part"]) for one in cases)]
    if unknown:
        raise Refused(f"no case {', '.join(unknown)} in cases.json{f' in part {part}' if part else ''}")
    if not any(part in (None, one["part"]) for one in cases):
        raise Refused(f"cases.json has no case in part {part}")
    parts = {each: runs_of(each, cases) for each in known if part in (None, each)}
    return {each: [run for run in runs if names is None or case_of(run) in names] for each, runs in parts.items()}


def runs_of(part, cases):
    numbered = [(case, number) for case in cases if case["part"] == part for number in range(case["runs"])]
    return [Run(f"{PREFIX}{case['name']}/{number}", hour, len(case["run"]))
            for hour, (case, number) in enumerate(numbered, first_hours()[part])]


def case_of(run):
    return run.name.split("/")[1]


def write_part(part, recorded):
    """
    Writes the file of a part with these recordings, by hour; what it holds of other runs stays. Only what is whole is
    written: each run of the part has its recording, in its hour.
    """
    file = CORPUS / f"{part}.ndjson.gz"
    runs = runs_of(part, read_corpus()["cases"])
    left = [run for run in runs if run.hour not in recorded]
    before = runs_by_hour(gzip.decompress(file.read_bytes()).decode()) if left and file.exists() else {}
    missing = sorted({case_of(run) for run in left if not is_of(before.get(run.hour), run)})
    if missing:
        raise Refused(f"{file.name} has no recording in its place of {', '.join(missing)}: record these cases too "
                      "(new cases stand behind those of their part that are recorded)")
    text = "".join(recorded.get(run.hour) or before[run.hour] for run in runs)
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{file.name}: {len(runs)} runs, {text.count(chr(10))} events, {len(text) // 1024} KiB", flush=True)


def is_of(recording, run):
    if recording is None:
        return False
    return json.loads(recording.partition("\n")[0])["event"]["id"].startswith(digest(run.name, "0"))
