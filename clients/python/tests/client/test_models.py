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
ROOT = CLIENT.parents[1]
SCHEMAS = ROOT / "schemas"
README = CLIENT / "README.md"
GUIDE = ROOT / "docs" / "guides" / "consume-from-the-bus.md"


def example(kind: str) -> dict[str, Any]:
    [first, *_] = json.loads((SCHEMAS / f"{kind}.json").read_text())["examples"]
    return dict(first)


def generate(folder: Path, page: Path) -> None:
    """Run the command of a page in a folder that has the schemas."""
    [command] = re.findall(r"^datamodel-codegen ((?:.*\\\n)*.*)", page.read_text(), re.MULTILINE)
    arguments = shlex.split(command.replace("\\\n", " "))
    subprocess.run([sys.executable, "-m", "datamodel_code_generator", *arguments], cwd=folder, check=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Import the models of README.md."""
    folder = tmp_path_factory.mktemp("models")
    (folder / "schemas").symlink_to(SCHEMAS)
    generate(folder, README)
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


def formats() -> dict[str, list[str]]:
    """Return texts of each format that the server accepts."""
    rows = json.loads((ROOT / "tests" / "agreement" / "formats.json").read_text())
    accepted = {row["schema"]["format"]: row["valid"] for row in rows if "valid" in row}
    return {name: [text for text in texts if isinstance(text, str)] for name, texts in accepted.items()}


KEEP = """
import json, sys
for data in json.loads(sys.argv[1]):
    assert json.loads(Formats.model_validate(data).model_dump_json(by_alias=True, exclude_unset=True)) == data, data
"""


@pytest.mark.parametrize("page", [README, GUIDE], ids=["README", "guide"])
def test_a_model_keeps_each_text_of_a_format_that_the_server_accepts(page: Path, tmp_path: Path) -> None:
    properties = {f"a {name}": {"type": "string", "format": name} for name in formats()}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "formats", "type": "object"}
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "formats.v1.json").write_text(json.dumps({**schema, "properties": properties}))
    generate(tmp_path, page)
    texts = [{f"a {name}": text} for name, accepted in formats().items() for text in accepted]
    assert len(texts) > 60
    program = (tmp_path / "events" / "formats_v1.py").read_text() + KEEP
    kept = subprocess.run(
        [sys.executable, "-c", program, json.dumps(texts)], text=True, capture_output=True, check=False
    )
    assert kept.stderr == ""


ONLY_PYDANTIC = """
import importlib, pkgutil, sys
sys.modules.update(email_validator=None, dns=None)
import events
for module in pkgutil.walk_packages(events.__path__, "events."):
    print(importlib.import_module(module.name).__name__)
"""


@pytest.mark.parametrize("page", [README, GUIDE], ids=["README", "guide"])
def test_the_models_of_all_schemas_need_pydantic_only(page: Path, tmp_path: Path) -> None:
    (tmp_path / "schemas").symlink_to(SCHEMAS)
    generate(tmp_path, page)
    program = [sys.executable, "-c", ONLY_PYDANTIC]
    imported = subprocess.run(program, cwd=tmp_path, text=True, capture_output=True, check=False)
    assert imported.stderr == ""
    assert len(imported.stdout.splitlines()) >= len(list(SCHEMAS.glob("*.json")))


async def test_an_event_that_is_too_large_can_have_a_model() -> None:
    async with fake_server() as server, Client(server.url, models={"tablecast.event-too-large.v1": dict}) as client:
        orders = client.subscribe("orders/*")
        await orders.ready()
        await server.write("orders/1", {"type": "order.placed.v1"}, type="tablecast.event-too-large.v1")
        assert await read(orders, 1) == ["e-1"]
