"""An event loop in which time passes faster."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any

from tablecast.runtime.wake_watch import COMPARE_EVERY


class FasterSelector(selectors.DefaultSelector):
    """Waits only a part of each timeout."""

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for events."""
        return super().select(None if timeout is None else timeout / self._speed)


class FasterLoop(asyncio.SelectorEventLoop):
    """Runs all timers so many times as fast."""

    def __init__(self, speed: float) -> None:
        super().__init__(FasterSelector(speed))
        self._speed = speed

    def time(self) -> float:
        """Return the monotonic time, which passes faster."""
        return super().time() * self._speed

    def call_later(self, delay: float, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        """Leave out comparisons of the clocks: a busy machine would look like one that slept."""
        return super().call_later(1e9 if delay == COMPARE_EVERY else delay, *args, **kwargs)
