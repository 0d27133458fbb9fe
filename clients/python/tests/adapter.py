"""Drives the client by JSON lines, for the suites that test every client: `adapter.py <configuration>`.

tests/conformance/README.md describes the lines.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from movable_loop import MovableLoop
from tablecast import Client, CollectionChange, Event, FileStore, Gap, InvalidEvent, Refused


def write(**members: Any) -> None:
    """Write a line."""
    print(json.dumps(members), flush=True)


def token_source(token: Any) -> Callable[[], str | None] | None:
    """Return each token once, and the last one again."""
    if token is None:
        return None
    tokens = [token] if isinstance(token, str) else list(token)
    return lambda: tokens.pop(0) if len(tokens) > 1 else tokens[0]


def token_server(url: str) -> Callable[[], Awaitable[str]]:
    """Return a function that gets a token from a server."""

    def get() -> str:
        with urllib.request.urlopen(url) as response:
            return str(response.read(), "utf-8")

    return lambda: asyncio.to_thread(get)


def models(folder: str | None) -> dict[str, Callable[[Any], Any]]:
    """Return a validator for each schema of the folder."""
    return {path.stem: validator(path) for path in Path(folder).glob("*.json")} if folder else {}


def validator(path: Path) -> Callable[[Any], Any]:
    """Return a function that raises an error for data that does not match."""
    import jsonschema  # It takes long to load, and most scenarios do without it.

    checker = jsonschema.Draft202012Validator(json.loads(path.read_text()))

    def check(data: Any) -> Any:
        checker.validate(data)
        return data

    return check


def client(configuration: dict[str, Any]) -> Client:
    """Return the configured client."""
    options = configuration.get("options") or {}
    names = {"pingEvery": "ping_every", "checkEvery": "check_every"}
    times: dict[str, Any] = {names[name]: options[name] / 1000 for name in names if name in options}
    if "leaveAfter" in options:
        times["leave_after"] = tuple(time / 1000 for time in options["leaveAfter"])
    store = configuration.get("store")
    token_url = configuration.get("tokenUrl")
    return Client(
        configuration["url"],
        token=token_server(token_url) if token_url else token_source(configuration.get("token")),
        store=FileStore(store) if store else None,
        models=models(configuration.get("validators")),
        on_state=lambda state, reason: write(state=state, reason=reason),
        **times,
    )


class Reader:
    """Reads one subscription, and writes a line for each item."""

    def __init__(self, client: Client, config: dict[str, Any]) -> None:
        self.name = config["name"]
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.subscription = client.subscribe(
            config["subjects"],
            types=config.get("types"),
            name=self.name,
            on_late=lambda event: write(subscription=self.name, late=event.raw),
            on_error=self.failed,
        )
        self.tasks = [asyncio.create_task(self.ready()), asyncio.create_task(self.read())]

    async def ready(self) -> None:
        """Write when the server confirms the subscription."""
        try:
            await self.subscription.ready()
        except Exception:  # `failed` writes a refusal.
            return
        write(subscription=self.name, ready=True)

    async def read(self) -> None:
        """Write the items. Each one counts as handled when its line has been written."""
        async for item in self.subscription:
            await self.may_read.wait()
            if isinstance(item, Gap):
                write(subscription=self.name, gap={"source": item.source, "reason": item.reason})
            elif isinstance(item, Event):
                write(subscription=self.name, event=item.raw)

    def failed(self, error: Exception) -> None:
        """Write an error."""
        if isinstance(error, Refused):
            write(subscription=self.name, refused={"subject": error.subject, "reason": error.reason})
        elif isinstance(error, InvalidEvent):
            write(subscription=self.name, invalid={"id": error.event.id, "detail": error.detail})
        else:
            write(subscription=self.name, error=str(error))


class CollectionWriter:
    """Writes the changes of one collection."""

    def __init__(self, client: Client, config: dict[str, Any]) -> None:
        self.name = config["name"]
        self.is_stale = False
        self.collection = client.collection(config["subjects"], type=config["type"], on_error=self.failed)
        self.task = asyncio.create_task(self.run())

    async def run(self) -> None:
        """Write the changes."""
        async for change in self.collection.changes():
            self.changed(change)

    def changed(self, change: CollectionChange) -> None:
        """Write one change."""
        collection = self.collection
        was_stale, self.is_stale = self.is_stale, collection.status == "stale"
        if change.replaced:
            members = {"items": dict(collection), "missing": dict(collection.missing), "unnamed": collection.unnamed}
            write(collection=self.name, **members)
        else:
            for subject in change.subjects:
                write(collection=self.name, **self.line(subject))
        if self.is_stale and not was_stale:
            write(collection=self.name, stale=True)

    def line(self, subject: str) -> dict[str, Any]:
        """Return the members of the line about an item."""
        if subject in self.collection:
            return {"set": subject, "data": self.collection[subject]}
        if subject in self.collection.missing:
            return {"missing": subject, "reason": self.collection.missing[subject]}
        return {"removed": subject}

    def failed(self, error: Exception) -> None:
        """Write an error."""
        if isinstance(error, Refused):
            write(collection=self.name, refused={"subject": error.subject, "reason": error.reason})
        elif isinstance(error, InvalidEvent):
            write(collection=self.name, invalid={"id": error.event.id, "detail": error.detail})


class Adapter:
    """Runs the commands of the standard input."""

    def __init__(self, client: Client, loop: MovableLoop) -> None:
        self.client = client
        self.loop = loop
        self.readers: dict[str, Reader] = {}
        self.collections: dict[str, CollectionWriter] = {}

    def subscribe(self, config: dict[str, Any]) -> None:
        """Start a subscription."""
        self.readers[config["name"]] = Reader(self.client, config)

    def collect(self, config: dict[str, Any]) -> None:
        """Load a collection."""
        self.collections[config["name"]] = CollectionWriter(self.client, config)

    def unsubscribe(self, name: str) -> None:
        """End a subscription or a collection."""
        if name in self.collections:
            self.collections.pop(name).collection.close()
        else:
            self.readers.pop(name).subscription.close()

    def hold(self, name: str) -> None:
        """Stop reading."""
        self.readers[name].may_read.clear()

    def read(self, name: str) -> None:
        """Read again."""
        self.readers[name].may_read.set()

    def wake(self, _: bool) -> None:
        """Act as after sleep."""
        self.client.wake()

    async def run(self) -> None:
        """Run commands until `close` or the end of the input."""
        while line := await asyncio.to_thread(sys.stdin.readline):
            [(command, value)] = json.loads(line).items()
            if command == "close":
                return
            if command == "advance":
                await self.loop.advance(value / 1000)
            else:
                getattr(self, command)(value)


async def main(configuration: dict[str, Any], loop: MovableLoop) -> None:
    """Run the adapter."""
    async with client(configuration) as running:
        adapter = Adapter(running, loop)
        for config in configuration.get("subscriptions", []):
            adapter.subscribe(config)
        for config in configuration.get("collections", []):
            adapter.collect(config)
        await adapter.run()
    await asyncio.sleep(0)  # The state `closed` is reported.
    write(closed=True)


if __name__ == "__main__":
    movable_loop = MovableLoop()
    movable_loop.run_until_complete(main(json.loads(sys.argv[-1]), movable_loop))
