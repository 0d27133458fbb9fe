"""The current connection and, while the client moves, the next one."""

from __future__ import annotations

from collections.abc import Callable

from ..protocol.frame import InvalidFrame
from .backoff import Backoff
from .connection import Connection
from .context import Context
from .effect import Close
from .timing import MIN_UPTIME, NEVER
from .unusable import Unusable


class Connections:
    """Opens connections. Reconnects with backoff."""

    def __init__(self, context: Context) -> None:
        self.current: Connection | None = None
        """Delivers events."""
        self.next: Connection | None = None
        """Replaces the current one as soon as it has caught up."""
        self._context = context
        self._backoff = Backoff(context.random)
        self._open_at = NEVER
        self._count = 0

    def start(self, now: float) -> None:
        """Open the first connection."""
        self._open_at = now

    @property
    def wake_at(self) -> float:
        """When to call `tick` at the latest."""
        move_at = self.current.move_at if self.current else NEVER
        return min([self._open_at, move_at, *(one.wake_at for one in (self.current, self.next) if one)])

    def find(self, number: int) -> Connection | None:
        """Return a connection that has not ended."""
        return next((one for one in (self.current, self.next) if one and one.number == number), None)

    def retry_now(self, now: float) -> None:
        """Open a connection without delay, or check the current one."""
        if self._open_at < NEVER:
            self._open_at = now
        if self.current:
            self.current.ping_soon(now)

    def tick(self, now: float) -> str | None:
        """Do what is due. Return why a connection ended, if one did."""
        if now >= self._open_at:
            self.current = self._open(now)
        ticked = [one for one in (self.next, self.current) if one]
        reasons = [self.attempt(one, now, lambda connection: connection.tick(now)) for one in ticked]
        if self.current and now >= self.current.move_at:
            self._move(self.current, now)
        return next((reason for reason in reasons if reason is not None), None)

    def attempt(self, connection: Connection, now: float, action: Callable[[Connection], None]) -> str | None:
        """End the connection if the action fails. Return why."""
        try:
            action(connection)
        except (Unusable, InvalidFrame) as error:
            self._ended(connection, str(error), now)
            return str(error)
        return None

    def move(self, current: Connection, following: Connection, now: float) -> None:
        """Replace the current connection by the next one."""
        self._reset_backoff(current, now)
        self._close(current, "replaced by a new connection")
        self._promote(following)

    def close_all(self, reason: str) -> None:
        """Close both connections, and open no others."""
        self._open_at = NEVER
        for connection in (self.next, self.current):
            if connection:
                self._close(connection, reason)

    def _open(self, now: float) -> Connection:
        self._open_at = NEVER
        self._count += 1
        return Connection(self._count, self._context, now)

    def _move(self, current: Connection, now: float) -> None:
        current.move_at = NEVER
        if not self.next:
            self.next = self._open(now)

    def _ended(self, connection: Connection, reason: str, now: float) -> None:
        self._reset_backoff(connection, now)
        self._close(connection, reason)
        if self.current:
            self.current.move_at = now + self._backoff.next_delay()
        elif self.next:
            self._promote(self.next)
        else:
            self._open_at = now + self._backoff.next_delay()

    def _promote(self, following: Connection) -> None:
        self.current, self.next = following, None

    def _reset_backoff(self, ended: Connection, now: float) -> None:
        if now - ended.live_since >= MIN_UPTIME:
            self._backoff.reset()

    def _close(self, connection: Connection, reason: str) -> None:
        if connection is self.current:
            self.current = None
        if connection is self.next:
            self.next = None
        self._context.effects.append(Close(connection.number, reason))
