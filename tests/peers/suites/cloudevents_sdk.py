"""Our events in the CloudEvents SDKs of Python and JavaScript: read, written back, and as binary messages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from answers import PROJECT, lines
from local_mode import local_mode
from report import Report

NODE = Path(__file__).with_name("cloudevents.mjs")
# The tables and items of the project's own pipe files.
RECORDS = PROJECT / "pipes/fixtures"
# Keys whose subjects need escapes in a header of a binary message.
UNUSUAL = {name: {"S": 'ü "100 %25" 日本 \U0001f600'} for name in ("orderId", "userId")}
MESSAGES = (
    {"action": "subscribe", "subjects": ["orders/*", "profiles/*"], "id": "1"},
    {"action": "subscribe", "subjects": ["orders/acme/*"], "id": "2", "after": {"tablecast/orders/acme": "0000000000000000-1"}},
    {"action": "ping", "id": "3"},
    {"action": "state", "subjects": ["orders/acme/*"], "id": "4"},
    {"action": "refresh", "token": "none", "id": "5"},
    {"action": "unknown", "id": "6"},
    {"action": "unsubscribe", "subjects": ["orders/acme/*"], "id": "7"},
)


def writes() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return a table and an item for each record that has one."""
    for file in sorted(RECORDS.glob("*.json")):
        item = json.loads(file.read_text())["dynamodb"].get("NewImage")
        if item:
            yield file.stem.split("-")[0], item
            yield file.stem.split("-")[0], {**item, **UNUSUAL}
    # The socket gets a control event in place of an event of this size.
    profile = json.loads((RECORDS / "profiles-insert.json").read_text())["dynamodb"]["NewImage"]
    yield "profiles", {**profile, "userId": {"S": "large"}, "bio": {"S": "x" * 150_000}}


def collect() -> list[str]:
    """Return the events of the local mode as texts: those of both sub-protocols, and those of the bus."""
    import boto3
    from websockets.sync.client import connect

    with local_mode() as addresses:
        dynamodb = boto3.Session("test", "test", region_name="us-east-1").client("dynamodb", endpoint_url=addresses["dynamodb"])
        single = connect(addresses["clients"], subprotocols=["cloudevents.json"])
        batch = connect(addresses["clients"], subprotocols=["cloudevents-batch.json"])
        with single, batch:
            for socket in (single, batch):
                socket.send(json.dumps(MESSAGES[0]))
            events = read(single, 1) + read(batch, 1)
            for table, item in writes():
                dynamodb.put_item(TableName=table, Item=item)
            for message in MESSAGES[1:]:
                single.send(json.dumps(message))
                batch.send(json.dumps(message))
            events += read(single, None) + read(batch, None)
        with urlopen(f"{addresses['bus']}?limit=100") as response:
            published = json.load(response)
    return events + [json.dumps(one["detail"]) for one in published]


def read(socket: Any, frames: int | None) -> list[str]:
    """Return the events of so many frames, or of all until nothing has come for a while."""
    found: list[str] = []
    while frames is None or frames > 0:
        try:
            content = json.loads(socket.recv(timeout=10 if frames is None else 60))
        except TimeoutError:
            break
        found += [json.dumps(event) for event in (content if isinstance(content, list) else [content])]
        frames = frames and frames - 1
    return found


def in_python(text: str) -> list[str]:
    """Return what the SDK of Python does not keep."""
    from cloudevents.core.bindings.http import HTTPMessage, from_binary, from_structured, to_binary, to_structured
    from cloudevents.core.formats.json import JSONFormat
    from cloudevents.core.v1.event import CloudEvent

    kind = JSONFormat()
    message = HTTPMessage({"content-type": "application/cloudevents+json"}, text.encode())
    structured = from_structured(message, kind, CloudEvent)
    binary = from_binary(to_binary(structured, kind), kind, CloudEvent)
    read = {"structured": structured, "binary": binary}
    written = {mode: json.loads(to_structured(event, kind).body) for mode, event in read.items()}
    return [change for mode, event in written.items() for change in changes(mode, json.loads(text), event)]


def changes(mode: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    before, after = normal(before), normal(after)
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return [f"{mode}: {name} {before.get(name)!r} becomes {after.get(name)!r}"[:200] for name in sorted(names)]


def normal(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event whose time is a time. SDKs write it with another number of digits."""
    return {**event, "time": datetime.fromisoformat(event["time"].replace("Z", "+00:00"))}


def judge(report: Report, texts: list[str], check: Callable[[str], list[str]]) -> None:
    for text in texts:
        event = json.loads(text)
        try:
            wrong = check(text)
        except Exception as error:  # noqa: BLE001
            wrong = [f"{type(error).__name__}: {error}"]
        report.count(not wrong, f"{event.get('type')}", f"{'; '.join(wrong)} in {text[:300]}")


def run(node_modules: Path) -> list[Report]:
    import importlib.metadata

    texts = collect()
    kinds = sorted({json.loads(text)["type"] for text in texts})
    installed = f"cloudevents {importlib.metadata.version('cloudevents')}"
    python = Report("CloudEvents SDK for Python", notes=[installed, f"{len(kinds)} types: {', '.join(kinds)}"])
    judge(python, texts, in_python)
    version = json.loads((node_modules / "cloudevents/package.json").read_text())["version"]
    javascript = Report("CloudEvents SDK for JavaScript", notes=[f"cloudevents {version}"])
    answers = dict(zip(texts, lines(["node", str(NODE), str(node_modules)], texts), strict=True))
    judge(javascript, texts, lambda text: answers[text]["wrong"])
    return [python, javascript]
