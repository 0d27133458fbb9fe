"""Event patterns: every pattern of event-ruler's tests with every event of the same file, in both implementations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answers import ask, lines, reason_of
from java_literals import constants
from report import Report, commit_of

HARNESS = Path(__file__).with_name("Answers.java")
# event-ruler needs minutes for more than this many pairs of one file.
MOST_EVENTS = 400


def objects(texts: Iterator[str]) -> list[str]:
    """Return the texts that are JSON objects, each once. Tests write some of them with single quotes."""
    found: dict[str, None] = {}
    for text in texts:
        for form in (text, text.replace("'", '"')):
            try:
                if isinstance(json.loads(form), dict):
                    found[form] = None
                    break
            except (ValueError, RecursionError):
                continue
    return list(found)


def corpora(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Return the name of each file with tests, and its JSON objects."""
    tests = folder / "src/test"
    for file in sorted(tests.rglob("*.java")):
        yield file.stem, objects(constants(file.read_text()))
    data = [file.read_text() for file in sorted(tests.glob("data/*.json"))]
    yield "data", objects(iter(data))
    cases = json.loads((tests / "resources/correctness-cases.json").read_text())
    yield "correctness-cases", objects(json.dumps(case[key]) for case in cases for key in ("rule", "event"))


def cases(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for name, texts in corpora(folder):
        events = texts[:MOST_EVENTS]
        found += [(f"{name} {json.dumps(json.loads(pattern))}", {"pattern": pattern, "events": events}) for pattern in texts]
    return found


def compare(report: Report, name: str, case: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    if "refused" in theirs:
        report.count("refused" in ours, f"accepted {name}", f"event-ruler refuses it: {theirs['refused'][:160]}")
        return
    if "refused" in ours:
        report.refuse(reason_of(ours["refused"]), len(case["events"]))
        return
    for event, our, their in zip(case["events"], ours["matches"], theirs["matches"], strict=True):
        report.count(our == their, f"{name} {event}", f"tablecast {our}, event-ruler {their}")


def command(class_path: str | None) -> list[str]:
    if class_path is None:
        raise SystemExit("event-ruler needs --event-ruler-classpath: its jar, and those of jackson-databind")
    return ["java", "-cp", class_path, str(HARNESS)]


def run(folder: Path, class_path: str | None) -> Report:
    report = Report("event-ruler", notes=[f"commit {commit_of(folder)}"])
    found = cases(folder)
    theirs = lines(command(class_path), (case for _, case in found))
    ours = ask("patterns", (case for _, case in found))
    for (name, case), our, their in zip(found, ours, theirs, strict=True):
        compare(report, name, case, our, their)
    return report
