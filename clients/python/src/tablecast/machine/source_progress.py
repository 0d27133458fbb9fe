"""The progress of a subscription in the log of one source."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from ..protocol.position import Position
from .offset_ranges import format_ranges, parse_ranges


@dataclass(frozen=True)
class StoredProgress:
    """The stored form. Stores and bookmarks contain these names, in every language."""

    epoch: str
    floor: int
    seen: str

    def as_dict(self) -> dict[str, Any]:
        """Return the members for JSON."""
        return asdict(self)


class SourceProgress:
    """The events of one source that were delivered."""

    def __init__(self, start: Position) -> None:
        self.epoch = start.epoch
        self._floor = start.offset  # Every event up to this offset was delivered or does not match.
        self._last = start.offset  # The greatest delivered offset.
        self._seen: set[int] = set()  # The delivered offsets above the floor.

    @staticmethod
    def restore(stored: StoredProgress, most: int) -> SourceProgress:
        """Restore at most so many delivered offsets, so that a broken text cannot fill the memory."""
        progress = SourceProgress(Position(stored.epoch, stored.floor))
        for offset in parse_ranges(stored.seen, most):
            progress.add(offset)
        return progress

    def least(self, other: SourceProgress) -> SourceProgress:
        """Return the events that both have delivered."""
        if self.epoch != other.epoch:
            return self if self.last.is_before(other.last) else other
        least = SourceProgress(Position(self.epoch, min(self._floor, other._floor)))
        for offset in self._seen | other._seen:
            if self.has(offset) and other.has(offset):
                least.add(offset)
        return least

    def store(self) -> StoredProgress:
        """Return the stored form."""
        return StoredProgress(self.epoch, self._floor, format_ranges(self._seen))

    def has(self, offset: int) -> bool:
        """Return whether the event was delivered, or does not match."""
        return offset <= self._floor or offset in self._seen

    def add(self, offset: int) -> None:
        """Record a delivered event."""
        self._seen.add(offset)
        self._last = max(self._last, offset)

    @property
    def seen(self) -> Collection[int]:
        """The delivered offsets that are remembered one by one."""
        return self._seen

    def advance_to(self, offset: int) -> None:
        """Record that every event up to this offset was delivered."""
        self._floor = max(self._floor, offset)
        self._last = max(self._last, offset)
        self._seen = {seen for seen in self._seen if seen > self._floor}

    def forget(self, offset: int) -> None:
        """Remove a delivered offset. Earlier events do not arrive any more."""
        if offset in self._seen:
            self._seen.discard(offset)
            self._floor = max(self._floor, offset)

    def can_advance_to(self, end: Position) -> bool:
        """Return whether the log's end is later. Another epoch can continue the log after all events expired."""
        return self._floor < end.offset if end.epoch == self.epoch else self.is_behind(end)

    def is_behind(self, end: Position) -> bool:
        """Return whether the log continued after the last delivered event."""
        return not end.is_empty and self.last.is_before(end)

    def is_of_later_epoch(self, position: Position) -> bool:
        """Return whether the position is in an epoch before this one."""
        return position.epoch != self.epoch and position.is_before(self.last)

    @property
    def last(self) -> Position:
        """The position to resume after."""
        return Position(self.epoch, self._last)
