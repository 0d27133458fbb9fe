"""The log of one channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server_events import event


@dataclass(frozen=True)
class Logged:
    """An event in the log of its channel."""

    number: int
    source: str
    offset: int
    at: float
    subject: str
    kind: str
    delivered_to: int
    """Every event of the channel up to this offset was dispatched when this one was appended."""
    frame: str

    @property
    def item(self) -> str:
        """Two items share the subject `a/1`. One of them has the events of the type `y.v1`."""
        return "a/1 y.v1" if (self.subject, self.kind) == ("a/1", "y.v1") else self.subject


class SimulatedLog:
    """A log whose epochs are numbers that grow."""

    def __init__(self, source: str, next_epoch: Callable[[], str]) -> None:
        self.source = source
        self.events: list[Logged] = []
        self._next_epoch = next_epoch
        self._epoch = ""
        self._continued: str | None = None  # The end of the epoch before, which this one continues.
        self._is_quiet = False  # All events have expired.

    def append(self, number: int, subject: str, kind: str, at: float, delivered: int) -> Logged:
        if self._is_quiet or not self.events:
            self._continue()
        offset = len(self.events) + 1
        position = f"{self._epoch}-{offset}"
        frame = event(kind, {}, id=f"{number}", source=self.source, subject=subject, position=position)
        delivered_to = min(offset - 1, delivered)
        logged = Logged(number, self.source, offset, at, subject, kind, delivered_to, frame)
        self.events.append(logged)
        return logged

    def expire(self) -> None:
        """Expire all events. The next one begins another epoch, which continues this one."""
        self._is_quiet = len(self.events) > 0

    @property
    def end(self) -> str:
        """A log without events has another epoch each time."""
        return f"{self._epoch}-{len(self.events)}" if self.events else f"{self._next_epoch()}-0"

    def resolve(self, position: str) -> int | None:
        """Return the offset after which a client may miss events, unless some of them have expired."""
        epoch, _, text = position.partition("-")
        offset = int(text)
        if position == self._continued or (self._is_quiet and position == self.end):
            return offset
        if offset == 0 and self._continued is None:
            return 0
        if epoch != self._epoch or self._is_quiet:
            return None
        known = self.events[offset - 1].delivered_to if 0 < offset <= len(self.events) else offset
        return min(offset, known)

    def _continue(self) -> None:
        self._continued = self.end if self.events else None
        self._epoch = self._next_epoch()
        self._is_quiet = False
