"""The timer of the machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BLOCKED = 1.0
"""A timer that is so late (s) shows that the application blocked the loop."""


class Timer:
    """Calls a function at a time of the loop's clock, which is monotonic.

    After the application blocked the loop, the call waits for a second more: what has arrived is read before a timeout
    counts.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, due: Callable[[], None]) -> None:
        self._loop = loop
        self._due = due
        self._handle: asyncio.TimerHandle | None = None
        self._late: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        """Call the function at this time, and not at the one before."""
        if self._handle:
            self._handle.cancel()
        self._handle = None if at == float("inf") else self._loop.call_at(at, self._fire, at)

    def _fire(self, at: float) -> None:
        if self._loop.time() - at < BLOCKED:
            self._due()
        elif self._late is None:
            self._late = self._loop.call_later(BLOCKED, self._fire_late)

    def _fire_late(self) -> None:
        self._late = None
        self._due()
