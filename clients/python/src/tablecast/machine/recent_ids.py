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

    def add(self, source: str, event_id: str) -> bool:
        """Remember an id. Return whether it is new."""
        key = (source, event_id)
        if key in self._ids:
            return False
        self._ids.add(key)
        self._order.append(key)
        if len(self._order) > MAX_REMEMBERED:
            self._ids.discard(self._order.popleft())
        return True
