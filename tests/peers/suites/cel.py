"""Expressions: the conformance tests of CEL, as expressions of pipe files and as grants."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from answers import ask
from report import Report, commit_of
from textproto import Message, all_of, one_of, parse


class Unsupported(Exception):
    """A value that has no JSON form."""


def text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def plain(value: Message) -> Any:
    """Return a value of CEL as JSON has it. Whole numbers and others stay different types of Python."""
    kind, content = value[0]
    if kind == "null_value":
        return None
    if kind == "bool_value":
        return str(content) in ("true", "True")
    if kind in ("int64_value", "uint64_value"):
        return int(content)
    if kind == "double_value":
        return finite(float(content))
    if kind == "string_value":
        return text(content)
    if kind == "list_value":
        return [plain(entry) for entry in all_of(content, "values")]
    if kind == "map_value":
        return dict(pair(entry) for entry in all_of(content, "entries"))
    raise Unsupported(kind)


def finite(number: float) -> float:
    if not math.isfinite(number):
        raise Unsupported("infinity or NaN")
    return number


def pair(entry: Message) -> tuple[str, Any]:
    key = plain(one_of(entry, "key"))
    if not isinstance(key, str):
        raise Unsupported("map with keys that are no strings")
    return key, plain(one_of(entry, "value"))


def same(expected: Any, actual: Any) -> bool:
    """Compare as JSON does: numbers by their value."""
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None:
        return expected is actual
    if isinstance(expected, (int, float)) and isinstance(actual, (int, Decimal)):
        return Decimal(expected) == actual or float(expected) == float(actual)
    if isinstance(expected, list):
        return isinstance(actual, list) and len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, dict):
        has_same_keys = isinstance(actual, dict) and expected.keys() == actual.keys()
        return has_same_keys and all(same(expected[key], actual[key]) for key in expected)
    return type(expected) is type(actual) and expected == actual


def tests(folder: Path) -> Iterator[tuple[str, Message]]:
    for file in sorted((folder / "tests/simple/testdata").glob("*.textproto")):
        for section in all_of(parse(file.read_text()), "section"):
            for test in all_of(section, "test"):
                yield f"{file.stem}/{text(one_of(section, 'name', b''))}/{text(one_of(test, 'name', b''))}", test


def variables(test: Message) -> dict[str, str]:
    values = {}
    for binding in all_of(test, "bindings"):
        value = one_of(one_of(binding, "value"), "value")
        if value is None:
            raise Unsupported("unknown")
        values[text(one_of(binding, "key"))] = json.dumps(plain(value))
    return values


def expectation(test: Message) -> Any:
    """Return the expected value. An error is the exception class itself."""
    if one_of(test, "eval_error") is not None or one_of(test, "any_eval_errors") is not None:
        return Unsupported
    if one_of(test, "unknown") is not None or one_of(test, "any_unknowns") is not None:
        raise Unsupported("unknown")
    if one_of(test, "check_only") == "true":
        raise Unsupported("type without a value")
    value = one_of(test, "value") or one_of(one_of(test, "typed_result", []), "result")
    return True if value is None else plain(value)


def judge(report: Report, name: str, expression: str, expected: Any, answer: Any) -> None:
    kind, content = ("empty", None) if answer == "empty" else next(iter(answer.items()))
    if expected is Unsupported:
        report.count(kind in ("refused", "failed"), f"{name}: {expression}", f"has the value {content}, and CEL has an error")
    elif kind == "refused":
        report.refuse(group(content))
    elif kind == "value":
        actual = json.loads(content, parse_float=Decimal, parse_int=int)
        report.count(same(expected, actual), f"{name}: {expression}", f"is {content[:80]}, and in CEL {str(expected)[:80]}")
    else:
        report.count(False, f"{name}: {expression}", f"{kind} ({content}), and in CEL {str(expected)[:80]}")


GROUPS = (
    ("is a message", "a protobuf message"),
    ("there is no function", "a function that pipe files do not have"),
    ("is written in another form", "a macro with two variables, or another form of one"),
    ("is not known", "a variable or type that pipe files do not have"),
    ("correct its digits", "a text or a number that the parser does not read"),
)


def group(reason: str) -> str:
    """Return the kind of a refusal, without the names in it."""
    return next((kind for words, kind in GROUPS if words in reason), reason.split(": ", 1)[-1][:110])


def run(folder: Path) -> Report:
    report = Report("cel-spec", notes=[f"commit {commit_of(folder)}"])
    asked, skipped = [], 0
    for name, test in tests(folder):
        try:
            expected = expectation(test)
            asked.append((name, expected, {"expression": text(one_of(test, "expr")), "variables": variables(test)}))
        except Unsupported:
            skipped += 1
    report.notes.append(f"{skipped:,} cases are left out: their values have no JSON form, such as bytes and infinity")
    answers = ask("expressions", (case for _, _, case in asked))
    for (name, expected, case), answer in zip(asked, answers, strict=True):
        judge(report, name, case["expression"], expected, answer)
    return report


def run_grants(folder: Path) -> Report:
    """Grants take no interpreter. Each expression that a grant accepts gives the value of CEL."""
    report = Report("cel-spec grants", notes=[f"commit {commit_of(folder)}"])
    asked = []
    for name, test in tests(folder):
        try:
            values = variables(test)
            claims = "{" + ", ".join(f"{json.dumps(key)}: {value}" for key, value in values.items()) + "}"
            asked.append((name, expectation(test), {"grant": text(one_of(test, "expr")), "claims": claims}))
        except Unsupported:
            continue
    for (name, expected, case), answer in zip(asked, ask("grants", (case for _, _, case in asked)), strict=True):
        if "refused" in answer:
            report.refuse("a grant accepts fewer expressions than CEL")
            continue
        granted = answer["patterns"]
        agrees = granted == [] or (isinstance(expected, str) and granted == [expected])
        report.count(agrees, f"{name}: {case['grant']}", f"grants {granted}, and in CEL {expected}")
    return report
