"""A WebSocket server with a log that speaks docs/reference/protocol.md: for tests that need a real socket."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server_events import (
    RECOVERED,
    SOURCE,
    complete,
    error,
    item,
    order,
    pong,
    refreshed,
    resumed,
    state,
    subscribed,
    unsubscribed,
)
from tablecast.protocol.subject import matches


class FakeServer:
    """Appends events to a log, and sends them to its subscribers."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.items: dict[str, Any] = {}
        """The table: data by subject."""
        self.offered: list[str] = []
        """The sub-protocols that each connection offered."""
        self.messages: list[dict[str, Any]] = []
        self.max_connections = 0
        self.sent = 0
        """Number of events that it sent."""
        self.refusal: str | None = None
        """The reply to every message, instead of the usual ones."""
        self.rejected = ""
        """A subject that it rejects."""
        self.refused: set[str] = set()
        """The subjects that it does not grant."""
        self.is_trimmed = False
        """True if it cannot replay its log."""
        self.port = 0
        self._server: Server | None = None
        self._patterns: dict[ServerConnection, list[str]] = {}

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        return len(self._patterns)

    async def listen(self) -> None:
        """Listen, on the same port as before."""
        self._server = await serve(
            self._connected, "127.0.0.1", self.port, select_subprotocol=_select, ping_interval=None, close_timeout=1
        )
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        self.cut()
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        """End every connection."""
        for connection in self._patterns:
            connection.transport.abort()

    async def broadcast(self, frame: str) -> None:
        for connection in list(self._patterns):
            await connection.send(f"[{frame}]")

    async def write(self, subject: str, data: Any = None, **more: Any) -> None:
        """Append an event to the log, and send it. The id of the event is its position."""
        offset = len(self.log) + 1
        frame = order(subject, offset, id=f"e-{offset}", data=data or {}, **more)
        self.log.append(frame)
        for connection, patterns in list(self._patterns.items()):
            if any(matches(pattern, subject) for pattern in patterns):
                await _send(connection, [frame])
                self.sent += 1

    async def _connected(self, connection: ServerConnection) -> None:
        headers = connection.request.headers if connection.request else {}
        self.offered.append(headers.get("Sec-WebSocket-Protocol", ""))
        self._patterns[connection] = []
        self.max_connections = max(self.max_connections, self.connections)
        try:
            async for text in connection:
                await self._handle(connection, json.loads(text))
        finally:
            del self._patterns[connection]

    async def _handle(self, connection: ServerConnection, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if self.refusal:
            await _send(connection, [self.refusal])
            await connection.close()
            return
        for frames in self._replies(connection, message):
            await _send(connection, frames)

    def _replies(self, connection: ServerConnection, message: dict[str, Any]) -> list[list[str]]:
        number, subjects = message["id"], message.get("subjects", [])
        if message["action"] == "ping":
            return [[pong(number, len(self.log))]]
        if message["action"] == "refresh":
            return [[refreshed(1e4, request=number)]]
        if message["action"] == "unsubscribe":
            self._patterns[connection] = [one for one in self._patterns[connection] if one not in subjects]
            return [[unsubscribed(number, subjects)]]
        if message["action"] == "state":
            return [self._page(number, subjects)]
        if self.rejected in subjects:
            return [[error(number, "bad-message", "no such subject")]]
        replay = self._replay(number, subjects, message["after"]) if "after" in message else []
        self._patterns[connection] += [subject for subject in subjects if subject not in self.refused]
        return [*replay, [subscribed(number, subjects, len(self.log), self.refused)]]

    def _page(self, number: str, subjects: list[str]) -> list[str]:
        items = [item(number, subject, data) for subject, data in self.items.items()]
        return [*items, state(number, [complete(subject) for subject in subjects], len(self.log))]

    def _replay(self, number: str, subjects: list[str], after: dict[str, str]) -> list[list[str]]:
        if self.is_trimmed:
            return [[resumed(number, {"recovered": False, "reason": "trimmed"})]]
        first = resumed(number, {**RECOVERED, "position": f"e-{len(self.log)}"})
        offset = int(after[SOURCE].split("-")[1])
        missed = [frame for frame in self.log[offset:] if _is_wanted(frame, subjects)]
        return [[first], *(missed[at : at + 500] for at in range(0, len(missed), 500))]


def _is_wanted(frame: str, subjects: list[str]) -> bool:
    return any(matches(pattern, json.loads(frame)["subject"]) for pattern in subjects)


async def _send(connection: ServerConnection, frames: list[str]) -> None:
    with contextlib.suppress(ConnectionClosed):  # The client resumes.
        await connection.send(f"[{','.join(frames)}]")


def _select(_: ServerConnection, __: Any) -> Subprotocol:
    return Subprotocol("cloudevents-batch.json")


@asynccontextmanager
async def fake_server() -> AsyncIterator[FakeServer]:
    """Run a server during a block."""
    server = FakeServer()
    await server.listen()
    try:
        yield server
    finally:
        await server.stop()
