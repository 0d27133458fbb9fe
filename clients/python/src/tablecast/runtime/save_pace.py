"""How often progress is saved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHORTEST = 0.1
"""The shortest time between two saves (s)."""

SHARE = 20
"""The time between two saves, in units of the time for which one blocks the loop."""


class SavePace:
    """Limits how often progress is saved. Long progress and a store that blocks would delay the application."""

    def __init__(self) -> None:
        self._next = 0.0
        self._blocked = 0.0

    @property
    def delay(self) -> float:
        """The time until the next save (s)."""
        return max(0.0, self._next - time.monotonic())

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Run a part of a save in this block."""
        start = time.monotonic()
        try:
            yield
        finally:
            self._blocked += time.monotonic() - start

    def saved(self) -> None:
        """Begin the time until the next save."""
        self._next = time.monotonic() + max(SHORTEST, SHARE * self._blocked)
        self._blocked = 0.0
