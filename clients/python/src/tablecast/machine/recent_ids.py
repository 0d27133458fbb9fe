"""The latest event ids."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

MAX_REMEMBERED = 20_000
"""Number of ids, and of offsets, that a subscription remembers to detect duplicates."""


class RecentIds:
    """The latest event ids. They detect a duplicate that has no position, or another one."""

    def __init__(self, ids: Iterable[tuple[str, str]] = ()) -> None:
        self._order = deque(ids)
        self._ids = set(self._order)

    def copy(self) -> RecentIds:
        """Return a copy."""
        return RecentIds(self._order)

    def has(self, source: str, event_id: str) -> bool:
        """Return whether an id is remembered."""
        return (source, event_id) in self._ids

    def add(self, source: str, event_id: str) -> None:
        """Remember a new id."""
        self._ids.add((source, event_id))
        self._order.append((source, event_id))
        if len(self._order) > MAX_REMEMBERED:
            self._ids.discard(self._order.popleft())
