"""Typed events: models that datamodel-code-generator makes of the published schemas, as README.md describes."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from client.fake_server import fake_server
from reading import read
from tablecast import Client, Event, InvalidEvent

CLIENT = Path(__file__).parents[2]
SCHEMAS = CLIENT.parents[1] / "schemas"


def example(kind: str) -> dict[str, Any]:
    [first, *_] = json.loads((SCHEMAS / f"{kind}.json").read_text())["examples"]
    return dict(first)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Run the command of README.md in a folder that has the schemas, and import its result."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "schemas").symlink_to(SCHEMAS)
    [command] = re.findall(r"^datamodel-codegen ((?:.*\\\n)*.*)", (CLIENT / "README.md").read_text(), re.MULTILINE)
    arguments = shlex.split(command.replace("\\\n", " "))
    subprocess.run([sys.executable, "-m", "datamodel_code_generator", *arguments], cwd=folder, check=True)
    spec = importlib.util.spec_from_file_location("events", folder / "events" / "__init__.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["events"] = module
    spec.loader.exec_module(module)
    return module


async def test_the_data_of_an_event_is_its_model(models: ModuleType) -> None:
    placed = importlib.import_module("events.order_placed_v1").OrderPlaced
    data = example("order.placed.v1")
    async with fake_server() as server, Client(server.url, models={"order.placed.v1": placed}) as client:
        orders = client.subscribe("orders/*")
        await orders.ready()
        await server.write("orders/1", data)
        match await anext(orders):
            case Event(data=placed() as order):
                assert (order.orderId, order.lines[0].quantity) == ("1001", 2)
            case other:
                pytest.fail(str(other))
        await server.write("orders/1", {**data, "total": "much"})
        with pytest.raises(InvalidEvent, match="total"):
            await read(orders, 1)
        await server.write("orders/1", {**data, "added": "by a newer version"})
        assert await read(orders, 1) == ["e-3"]


def test_each_published_schema_has_a_model_that_accepts_its_examples(models: ModuleType) -> None:
    tried = 0
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(path.read_text())
        module = importlib.import_module(f"events.{re.sub('[.-]', '_', path.stem)}")
        model = getattr(module, schema["title"].title().replace(" ", ""))
        for data in schema.get("examples", []):
            model.model_validate(data)
            tried += 1
    assert tried >= 14


async def test_an_event_that_is_too_large_can_have_a_model() -> None:
    async with fake_server() as server, Client(server.url, models={"tablecast.event-too-large.v1": dict}) as client:
        orders = client.subscribe("orders/*")
        await orders.ready()
        await server.write("orders/1", {"type": "order.placed.v1"}, type="tablecast.event-too-large.v1")
        assert await read(orders, 1) == ["e-1"]
