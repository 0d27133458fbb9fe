"""Random event patterns with random events, in both implementations."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import event_ruler
from answers import ask, lines
from report import Report

NAMES = ("a", "b", "c", "a.b", "$or", "numeric")
TEXTS = ("", "a", "ab", "abc", "Ab", "a*b", "b", "é", "1", "10.0.0.7", "10.0.1.0", "2001:db8::7", "null")
NUMBERS = (0, 1, -1, 1.0, 1.5, 10, 1e2, 100, 5000000000, 5000000001, 9007199254740993, 0.1, 0.30000000000000004, 1e-7)
OPERATORS = ("exists", "prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr")
NETWORKS = ("10.0.0.0/24", "10.0.0.6/31", "10.0.0.7/32", "2001:db8::/32", "10.0.0.0/33", "10.0.0.0", "a/8", "::/0")
EVENTS = 20


class Generator:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def text(self) -> str:
        return self.random.choice(TEXTS)

    def number(self) -> float:
        return self.random.choice(NUMBERS)

    def scalar(self) -> Any:
        return self.random.choice([self.text(), self.text(), self.number(), True, False, None])

    def event(self, depth: int = 3) -> dict[str, Any]:
        names = self.random.sample(NAMES, self.random.randint(1, 4))
        return {name: self.value(depth - 1) for name in names}

    def value(self, depth: int) -> Any:
        kind = self.random.random()
        if depth > 0 and kind < 0.3:
            return self.event(depth)
        if depth > 0 and kind < 0.5:
            return [self.value(depth - 1) for _ in range(self.random.randint(0, 3))]
        return self.scalar()

    def pattern(self, depth: int = 3) -> dict[str, Any]:
        names = self.random.sample(NAMES, self.random.randint(1, 3))
        return {name: self.below(name, depth - 1) for name in names}

    def below(self, name: str, depth: int) -> Any:
        if name == "$or" and depth > 0:
            return [self.pattern(depth) for _ in range(self.random.randint(1, 3))]
        if depth > 0 and self.random.random() < 0.3:
            return self.pattern(depth)
        return [self.test() for _ in range(self.random.randint(1, 3))]

    def test(self) -> Any:
        if self.random.random() < 0.4:
            return self.scalar()
        name = self.random.choice(OPERATORS)
        return {name: getattr(self, name.replace("-", "_"))()}

    def exists(self) -> Any:
        return self.random.choice([True, False, True, False, "true"])

    def prefix(self) -> Any:
        return self.random.choice([self.text(), {"equals-ignore-case": self.text()}, self.scalar()])

    suffix = prefix

    def equals_ignore_case(self) -> Any:
        return self.random.choice([self.text(), self.text(), self.scalar()])

    def wildcard(self) -> Any:
        return self.random.choice(["*", "a*", "*b", "a*b", "a**", r"a\*b", r"\\", self.text()])

    def anything_but(self) -> Any:
        nested = self.random.choice(["prefix", "suffix", "equals-ignore-case", "wildcard"])
        some = [self.text() for _ in range(self.random.randint(1, 3))]
        numbers = [self.number() for _ in range(2)]
        return self.random.choice([self.scalar(), some, numbers, {nested: self.text()}, {nested: some}])

    def numeric(self) -> Any:
        comparison = [self.random.choice(["=", "<", "<=", ">", ">=", "!="]), self.number()]
        if self.random.random() < 0.5:
            return comparison
        return [self.random.choice([">", ">="]), self.number(), self.random.choice(["<", "<="]), self.number()]

    def cidr(self) -> Any:
        return self.random.choice(NETWORKS)


def alternatives(pattern: dict[str, Any], prefix: str = "") -> list[list[str]]:
    """Return the paths of the fields that must match together, for each choice of the entries of `$or`."""
    found: list[list[str]] = [[]]
    for name, child in pattern.items():
        if name == "$or" and isinstance(child, list) and all(isinstance(entry, dict) for entry in child):
            options = [one for entry in child for one in alternatives(entry, prefix)]
        elif isinstance(child, dict):
            options = alternatives(child, f"{prefix}{name}.")
        else:
            options = [[f"{prefix}{name}"]]
        found = [one + other for one in found for other in options]
    return found


def names_twice(pattern: dict[str, Any]) -> bool:
    """Return whether a pattern names one field twice: event-ruler keeps the last, and `check` refuses it in a pipe."""
    return any(len(set(paths)) < len(paths) for paths in alternatives(pattern))


def cases(count: int, seed: int) -> list[dict[str, Any]]:
    made = Generator(seed)
    return [
        {"pattern": json.dumps(made.pattern()), "events": [json.dumps(made.event()) for _ in range(EVENTS)]}
        for _ in range(count)
    ]


def run(count: int, seed: int, class_path: str | None) -> Report:
    report = Report("event-ruler, generated", notes=[f"{count:,} patterns with {EVENTS} events each, seed {seed}"])
    found = cases(count, seed)
    theirs = lines(event_ruler.command(class_path), found)
    for case, our, their in zip(found, ask("patterns", found), theirs, strict=True):
        if "refused" not in {**our, **their} and names_twice(json.loads(case["pattern"])):
            report.refuse("a pattern that names one field twice, which check refuses in a pipe", EVENTS)
        else:
            event_ruler.compare(report, case["pattern"], case, our, their)
    return report
