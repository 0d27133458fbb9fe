"""Delays between attempts to connect."""

from __future__ import annotations

from collections.abc import Callable

FIRST_BOUND = 0.5
MAX_BOUND = 30.0


class Backoff:
    """Delays (s) with full jitter: each is random between 0 and a bound that doubles.

    So clients that lost their connections together do not reconnect together.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._bound = FIRST_BOUND

    def next_delay(self) -> float:
        """Return the delay, and double the bound of the next one."""
        delay = self._random() * self._bound
        self._bound = min(2 * self._bound, MAX_BOUND)
        return delay

    def reset(self) -> None:
        """Start with the first bound again."""
        self._bound = FIRST_BOUND
