"""One WebSocket."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from .connect_failure import TokenError, connect_failure

PROTOCOLS = ("cloudevents-batch.json", "cloudevents.json", "tablecast.explain")
"""The sub-protocols to offer. Batches cost less, and `tablecast.explain` requests the reason of a refusal."""

CLOSE_TIMEOUT = 2.0

logger = logging.getLogger("tablecast")

_websocket_logger = logging.getLogger("tablecast.websocket")
_websocket_logger.setLevel(logging.INFO)  # At the level debug, websockets logs the token.

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Listener(Protocol):
    """Receives the events of a WebSocket."""

    def opened(self, number: int, token: str | None) -> None:
        """The connection is open."""

    def received(self, number: int, frame: str) -> None:
        """A frame arrived."""

    def disconnected(self, number: int, reason: str) -> None:
        """The connection ended, or could not be opened."""


class Connect(connect):
    """Follows no redirect, as browsers do: another server would receive the token."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the error instead of another address."""
        return exc


class Socket:
    """Opens a WebSocket in a task, and calls the listener until `close`."""

    def __init__(
        self, number: int, url: str, get_token: Callable[[], Awaitable[str | None]], listener: Listener
    ) -> None:
        self._number = number
        self._url = url
        self._get_token = get_token
        self._listener = listener
        self._outgoing: asyncio.Queue[str] = asyncio.Queue()
        self._is_closed = False
        self.task = asyncio.create_task(self._run(), name="tablecast connection")

    def send(self, text: str) -> None:
        """Send a message after those before it."""
        self._outgoing.put_nowait(text)

    def close(self) -> None:
        """Close the connection, and call the listener no more."""
        self._is_closed = True
        if self.task is not asyncio.current_task():
            self.task.cancel()

    async def _run(self) -> None:
        try:
            reason = await self._end()
        except Exception as error:
            logger.exception("a connection ends after an error of the client itself")
            reason = f"error of the client: {type(error).__name__}"
        if not self._is_closed:
            self._listener.disconnected(self._number, reason)

    async def _end(self) -> str:
        """Return why the connection ended."""
        try:
            token = await self._get_token()
            if self._is_closed:
                return "closed"
            connection = await Connect(self._url, subprotocols=protocols(token), **_OPTIONS)  # type: ignore[arg-type]
        except Exception as error:
            return connect_failure(self._url, error)
        try:
            return await self._exchange(connection, token)
        finally:
            await _close(connection)

    async def _exchange(self, connection: ClientConnection, token: str | None) -> str:
        self._listener.opened(self._number, token)
        writing = asyncio.create_task(self._write(connection))
        try:
            return await self._read(connection)
        except ConnectionClosed as closed:
            return _close_reason(closed)
        finally:
            writing.cancel()

    async def _read(self, connection: ClientConnection) -> str:
        while not self._is_closed:
            frame = await connection.recv()
            if isinstance(frame, bytes):
                return "the server sent a binary frame"
            self._listener.received(self._number, frame)
        return "closed"

    async def _write(self, connection: ClientConnection) -> None:
        try:
            while True:
                await connection.send(await self._outgoing.get())
        except ConnectionClosed:
            pass  # The reader reports it.


# The machine has timeouts and pings of its own.
_OPTIONS = {
    "open_timeout": None,
    "close_timeout": CLOSE_TIMEOUT,
    "ping_interval": None,
    "compression": None,
    "logger": _websocket_logger,
}


async def _close(connection: ClientConnection) -> None:
    """Close within a time: `close` alone waits for a server that reads nothing."""
    try:
        await asyncio.wait_for(connection.close(), 2 * CLOSE_TIMEOUT)
    except asyncio.TimeoutError:
        logger.debug("a connection did not close in time")
    finally:
        connection.transport.abort()


def protocols(token: str | None) -> list[Subprotocol]:
    """Return the sub-protocols to offer. The token is one of them, because access logs contain URLs."""
    offered = PROTOCOLS if token is None else (*PROTOCOLS, f"bearer.{token}")
    if token == "":
        raise TokenError("the option token returned an empty token")
    if token is not None and not _TOKEN.fullmatch(token):
        raise TokenError("the option token returned a character that no token has, such as a line break")
    return [Subprotocol(name) for name in offered]


def _close_reason(closed: ConnectionClosed) -> str:
    frame = closed.rcvd or closed.sent
    code = frame.code if frame else 1006
    return ": ".join(text for text in (f"the connection closed with code {code}", frame and frame.reason) if text)
