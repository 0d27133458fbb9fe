"""The pace of messages."""

from __future__ import annotations

from .timing import NEVER

BURST = 50
"""The messages at once: half of what the server allows, docs/reference/limits.md."""

INTERVAL = 0.2
"""The time between two messages after the burst (s)."""


class Pace:
    """Limits the messages of a connection, so that what waits shares one message."""

    def __init__(self) -> None:
        self.is_waiting = False
        """True if a message waits."""
        self._rested_at = 0.0  # When the whole burst is allowed again.

    @property
    def wake_at(self) -> float:
        """When the message that waits may be sent."""
        return self.allowed_at if self.is_waiting else NEVER

    @property
    def allowed_at(self) -> float:
        """When the next message may be sent."""
        return self._rested_at - (BURST - 1) * INTERVAL

    def sent(self, now: float) -> None:
        """Record a message."""
        self._rested_at = max(self._rested_at, now) + INTERVAL

    def must_wait(self, now: float) -> bool:
        """Return whether the next message must wait. Then it waits."""
        self.is_waiting = now < self.allowed_at
        return self.is_waiting
