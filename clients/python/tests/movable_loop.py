"""An event loop whose clock can move forward."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from tablecast.runtime import timer
from tablecast.runtime.wake_watch import COMPARE_EVERY


class MovableLoop(asyncio.SelectorEventLoop):
    """Runs timers by a clock that can move forward at one moment."""

    _offset = 0.0

    def time(self) -> float:
        """Return the monotonic time."""
        return super().time() + self._offset

    async def advance(self, seconds: float) -> None:
        """Move the clock forward, and run the timers that become due. They do not look late."""
        with patch.object(timer, "BLOCKED", float("inf")):
            self._offset += seconds
            for _ in range(3):
                await asyncio.sleep(0)

    def call_later(self, delay: float, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        """Leave out comparisons of the clocks: after an advance, the machine would look like one that slept."""
        return super().call_later(1e9 if delay == COMPARE_EVERY else delay, *args, **kwargs)
