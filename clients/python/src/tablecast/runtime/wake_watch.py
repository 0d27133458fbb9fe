"""Notices that the machine slept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

COMPARE_EVERY = 5.0
"""Interval in which the clocks are compared (s)."""

MAX_LATE = 5.0
"""A timer that fires so much later than planned (s) shows that the machine slept."""


class WakeWatch:
    """Calls `woke` after a sleep, in which a connection may have died unnoticed.

    In sleep, some systems stop the monotonic clock and its timers. The wall clock goes on.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, woke: Callable[[], None], wall: Callable[[], float] = time.time
    ) -> None:
        self._loop = loop
        self._woke = woke
        self._wall = wall
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Compare the clocks later."""
        self._timer = self._loop.call_later(COMPARE_EVERY, self._compare, self._loop.time(), self._wall())

    def stop(self) -> None:
        """Stop."""
        if self._timer:
            self._timer.cancel()

    def _compare(self, monotonic: float, wall: float) -> None:
        elapsed = max(self._loop.time() - monotonic, self._wall() - wall)
        self.start()
        if elapsed > COMPARE_EVERY + MAX_LATE:
            self._woke()
