"""What pySigma makes of rules by a pipeline: python3 reference.py RULES PIPELINE.yml prints a line of JSON for each
rule; python3 reference.py --write FOLDER writes the published pipelines that are installed as YAML."""
import dataclasses
import json
import sys
from pathlib import Path

import yaml
from sigma.collection import SigmaCollection
from sigma.conditions import ConditionAND, ConditionFieldEqualsValueExpression, ConditionNOT, ConditionOR
from sigma.conditions import ConditionValueExpression
from sigma.processing import conditions, finalization, pipeline, transformations
from sigma.rule import SigmaRule
from sigma import types

PUBLISHED = {
    "sysmon": ("sigma.pipelines.sysmon", "sysmon_pipeline"),
    "windows": ("sigma.pipelines.windows", "windows_logsource_pipeline"),
    "windows-audit": ("sigma.pipelines.windows", "windows_audit_pipeline"),
    "ecs-windows": ("sigma.pipelines.elasticsearch.windows", "ecs_windows"),
    "ecs-windows-old": ("sigma.pipelines.elasticsearch.windows", "ecs_windows_old"),
    "ecs-macos": ("sigma.pipelines.elasticsearch.macos", "ecs_macos_esf"),
    "ecs-kubernetes": ("sigma.pipelines.elasticsearch.kubernetes", "ecs_kubernetes"),
    "ecs-zeek": ("sigma.pipelines.elasticsearch.zeek", "ecs_zeek_beats"),
    "zeek-raw": ("sigma.pipelines.elasticsearch.zeek", "zeek_raw"),
    "splunk-windows": ("sigma.pipelines.splunk.splunk", "splunk_windows_pipeline"),
    "splunk-cim": ("sigma.pipelines.splunk.splunk", "splunk_cim_data_model"),
}


def plain(value):
    """Of what stands in a pipeline: dictionaries, lists and scalars only."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)) or type(value).__name__.startswith("dict_"):
        return [plain(each) for each in value]
    return value


def arguments(of, leave_out=()):
    """The arguments that an object was made with, but for those that have their default."""
    found = {}
    for field in dataclasses.fields(of):
        if not field.init or field.name in leave_out or not hasattr(of, field.name):
            continue
        value = getattr(of, field.name)
        default = field.default if field.default is not dataclasses.MISSING else None
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        if value != default and not (field.name == "name" and str(value).startswith("_cond_")):
            found[field.name] = plain(value)
    return found


def name_of(of, table):
    return next(name for name, each in table.items() if type(of) is each)


def conditions_of(of, table):
    each = of if isinstance(of, list) else list(of.values())
    return [{"type": name_of(one, table), **arguments(one, ("patterns",))} for one in each]


def item_of(item):
    transformation = item.transformation
    written = {
        "id": item.identifier,
        "type": name_of(transformation, transformations.transformations),
        **arguments(transformation, ("processing_item",)),
    }
    if isinstance(transformation, transformations.SetValueTransformation):
        value = transformation.sigma_value
        written["value"] = str(value) if isinstance(value, types.SigmaString) else value.to_plain()
    for key, prefix, table in (
        ("rule_condition", "rule_cond", conditions.rule_conditions),
        ("detection_item_condition", "detection_item_cond", conditions.detection_item_conditions),
        ("field_name_condition", "field_name_cond", conditions.field_name_conditions),
    ):
        of = getattr(item, key + "s")
        if of:
            written[key + "s"] = conditions_of(of, table)
        if getattr(item, key + "_linking") is any:
            written[prefix + "_op"] = "or"
        if getattr(item, key + "_negation"):
            written[prefix + "_not"] = True
    return written


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, (module, function) in PUBLISHED.items():
        try:
            made = getattr(__import__(module, fromlist=[function]), function)
        except (ImportError, AttributeError):
            print(f"not installed: {name}", file=sys.stderr)
            continue
        made = made() if callable(made) else made
        made = made if isinstance(made, pipeline.ProcessingPipeline) else made.func()
        text = {"name": made.name, "priority": made.priority, "transformations": [item_of(item) for item in made.items]}
        (folder / f"{name}.yml").write_text(yaml.safe_dump(text, sort_keys=False, allow_unicode=True))


def text_of(value):
    parts = []
    for part in value.s:
        if isinstance(part, str):
            parts.append(part.replace("*", "\\*").replace("?", "\\?"))
        else:
            parts.append("*" if part == types.SpecialChars.WILDCARD_MULTI else "?")
    result = []
    for part in parts:
        if part == "*" and result and result[-1] == "*":
            continue
        if part == "?" and result and result[-1] == "*":
            result[-1:] = ["?", "*"]
        else:
            result.append(part)
    return "".join(result)


def leaf(field, value):
    if isinstance(value, types.SigmaExpansion):
        return ["any", [leaf(field, each) for each in value.values]]
    if isinstance(value, types.SigmaCasedString):
        return ["leaf", field, "cased", text_of(value)]
    if isinstance(value, types.SigmaString):
        return ["leaf", field, "text", text_of(value)]
    if isinstance(value, types.SigmaBool):
        return ["leaf", field, "boolean", value.boolean]
    if isinstance(value, types.SigmaNumber):
        return ["leaf", field, "number", value.number]
    if isinstance(value, types.SigmaNull):
        return ["leaf", field, "null", None]
    if isinstance(value, types.SigmaRegularExpression):
        return ["leaf", field, "regex", [str(value.regexp), sorted(flag.name[0].lower() for flag in value.flags)]]
    if isinstance(value, types.SigmaCIDRExpression):
        return ["leaf", field, "cidr", value.cidr]
    if isinstance(value, types.SigmaExists):
        return ["leaf", field, "exists", value.exists]
    if isinstance(value, types.SigmaFieldReference):
        return ["leaf", field, "field", value.field]
    return ["leaf", field, type(value).__name__, str(value)]


def tree(of):
    if of is None:
        return None
    if isinstance(of, ConditionNOT):
        inner = tree(of.args[0])
        return None if inner is None else ["not", inner]
    if isinstance(of, (ConditionAND, ConditionOR)):
        kept = [each for each in map(tree, of.args) if each is not None]
        return ["all" if isinstance(of, ConditionAND) else "any", kept] if kept else None
    if isinstance(of, ConditionFieldEqualsValueExpression):
        return leaf(of.field, of.value)
    if isinstance(of, ConditionValueExpression):
        return leaf(None, of.value)
    raise TypeError(type(of))


def compare(rules, file):
    text = Path(file).read_text()
    for path in sorted(Path(rules).rglob("*.yml")):
        for rule in SigmaCollection.from_yaml(path.read_text()).rules:
            if not isinstance(rule, SigmaRule):
                continue
            line = {"file": str(path.relative_to(rules)), "id": str(rule.id)}
            try:
                processed = pipeline.ProcessingPipeline.from_yaml(text).apply(rule)
                trees = [tree(each.parsed) for each in processed.detection.parsed_condition]
                line["tree"] = ["any", [each for each in trees if each is not None]]
                line["fields"] = processed.fields
                source = processed.logsource
                line["logsource"] = [source.category, source.product, source.service]
            except Exception as problem:
                line["problem"] = f"{type(problem).__name__}: {problem}"
            print(json.dumps(line))


if sys.argv[1] == "--write":
    write(Path(sys.argv[2]))
else:
    compare(sys.argv[1], sys.argv[2])
