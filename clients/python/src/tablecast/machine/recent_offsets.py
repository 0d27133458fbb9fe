"""The latest delivered offsets of all sources."""

from __future__ import annotations

from collections import deque

from .recent_ids import MAX_REMEMBERED
from .source_progress import SourceProgress


class RecentOffsets:
    """Limits how many offsets the sources remember together. The oldest one is far behind, in whichever source."""

    def __init__(self) -> None:
        self._offsets: deque[tuple[SourceProgress, int]] = deque()

    def add(self, progress: SourceProgress, offset: int) -> None:
        """Remember an offset, and forget the oldest one if there are too many."""
        self._offsets.append((progress, offset))
        if len(self._offsets) > MAX_REMEMBERED:
            oldest, forgotten = self._offsets.popleft()
            oldest.forget(forgotten)

    def add_all(self, progress: SourceProgress) -> None:
        """Remember the offsets of a restored source."""
        for offset in sorted(progress.seen):
            self.add(progress, offset)

    @property
    def free(self) -> int:
        """How many more do not displace others."""
        return MAX_REMEMBERED - len(self._offsets)
