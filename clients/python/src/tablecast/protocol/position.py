"""Positions in the log of a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_FORM = re.compile("([0-9a-f]{1,64})-([0-9]{1,18})")


@dataclass(frozen=True)
class Position:
    """A position in the log of a source."""

    epoch: str
    """Another one begins after all events of a log expired, or when the log is lost."""
    offset: int
    """Counts every event of an epoch, without gaps. 0 is before the first event."""

    @property
    def is_empty(self) -> bool:
        """True before the first event of a source. A pattern that has no log has such a position, too."""
        return self.offset == 0

    def is_before(self, other: Position) -> bool:
        """Compare positions of one source. Epochs grow, but the server makes one up for a log without events."""
        if self.epoch == other.epoch or self.is_empty != other.is_empty:
            return self.offset < other.offset
        return self.epoch < other.epoch

    def __str__(self) -> str:
        return f"{self.epoch}-{self.offset}"


Positions = Mapping[str, Position]
"""One position for each source."""


def parse_position(text: str | None) -> Position | None:
    """Parse `<epoch>-<offset>`."""
    found = _FORM.fullmatch(text or "")
    return Position(found[1], int(found[2])) if found else None
