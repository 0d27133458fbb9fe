"""Schemas: the test suite of JSON Schema 2020-12, in the functions and in the validators of the TypeScript client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from answers import PROJECT, ask, lines, reason_of
from report import Report, commit_of

DRAFT = "https://json-schema.org/draft/2020-12/schema"
OWN_ID = "https://tablecast.example/schemas/row.tried.v1.json"
NODE = Path(__file__).with_name("validators.mjs")

Case = dict[str, Any]


def groups(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    tests = folder / "tests/draft2020-12"
    for file in sorted(tests.rglob("*.json")):
        name = str(file.relative_to(tests).with_suffix(""))
        for group in json.loads(file.read_text()):
            yield f"{name}/{group['description']}", group


def document(schema: Any) -> dict[str, Any]:
    """Return the schema as a file has it. A schema that is a boolean, or has an `$id` of its own, goes inside."""
    head = {"$schema": DRAFT, "$id": OWN_ID}
    if isinstance(schema, bool) or "$id" in schema:
        return {**head, "allOf": [schema]}
    return {**schema, **head}


def cases(folder: Path) -> list[tuple[str, Case, list[tuple[str, bool]]]]:
    found = []
    for name, group in groups(folder):
        values = [json.dumps(test["data"]) for test in group["tests"]]
        expected = [(f"{name}/{test['description']}", test["valid"]) for test in group["tests"]]
        found.append((name, {"schema": document(group["schema"]), "values": values}, expected))
    return found


GROUPS = (
    ("is not present in a registry", "a $ref to another file, which the folder does not have"),
    ("is no format", "a format that server and clients do not both check"),
    ("is a keyword of an older draft", "a keyword of an older draft"),
    ("JavaScript clients cannot check", "a property that JavaScript cannot check"),
)


def group(reason: str) -> str:
    """Return the kind of a refusal, without the names in it."""
    return next((kind for words, kind in GROUPS if words in reason), reason_of(reason_of(reason)))


def judge(report: Report, case: Case, expected: list[tuple[str, bool]], answer: dict[str, Any]) -> None:
    if "refused" in answer:
        report.refuse(group(answer["refused"]), len(expected))
        return
    for (name, valid), value, actual in zip(expected, case["values"], answer["valid"], strict=True):
        detail = f"{json.dumps(case['schema'])[:300]} with {value[:80]} is {actual}, and in the suite {valid}"
        report.count(actual == valid, name, detail)


def run(folder: Path) -> list[Report]:
    """Return the result of the functions, and that of the client for what the functions accept."""
    functions = Report("JSON-Schema-Test-Suite", notes=[f"commit {commit_of(folder)}"])
    client = Report("JSON-Schema-Test-Suite in TypeScript", notes=[f"commit {commit_of(folder)}"])
    found = cases(folder)
    answers = ask("schemas", (case for _, case, _ in found))
    for (_, case, expected), answer in zip(found, answers, strict=True):
        judge(functions, case, expected, answer)
    accepted = [row for row, answer in zip(found, answers, strict=True) if "refused" not in answer]
    generated = lines(["node", str(NODE), str(PROJECT / "clients/typescript")], (case for _, case, _ in accepted))
    for (_, case, expected), answer in zip(accepted, generated, strict=True):
        judge(client, case, expected, answer)
    return [functions, client]
