"""The newest position of each subject."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..protocol.event import Event
from ..protocol.position import Position, parse_position
from .recent_ids import MAX_REMEMBERED


class NewestEvents:
    """The newest position of each subject.

    The server sends the events of a subject in order. So an older one that arrives later, on another connection, was
    missed on the one before: a gap was reported before the newer one.
    """

    def __init__(self, positions: Mapping[tuple[str, str | None], Position] | None = None) -> None:
        self._positions = dict(positions or {})

    def copy(self) -> NewestEvents:
        """Return a copy."""
        return NewestEvents(self._positions)

    def has_newer(self, event: Event[Any]) -> bool:
        """Return whether a newer event of the subject was added."""
        known = self._positions.get((event.source, event.subject))
        position = parse_position(event.position)
        return bool(known and position and position.is_before(known))

    def add(self, event: Event[Any]) -> None:
        """Remember an event. The subject that changed least recently is forgotten."""
        position = parse_position(event.position)
        if not position:
            return
        self._positions.pop((event.source, event.subject), None)
        self._positions[event.source, event.subject] = position
        if len(self._positions) > MAX_REMEMBERED:
            del self._positions[next(iter(self._positions))]
