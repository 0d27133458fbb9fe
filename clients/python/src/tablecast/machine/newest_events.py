"""The newest event of each subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..protocol.event import Event
from ..protocol.position import Position, parse_position
from .recent_ids import MAX_REMEMBERED


@dataclass(frozen=True)
class Newest:
    """A position, and the connection that delivered its event."""

    position: Position
    connection: int


class NewestEvents:
    """The newest event of each subject.

    If a later connection delivers an older one, it was missed before, and that connection reported a gap. On one
    connection, nothing was missed: the server does not order the events of two items.
    """

    def __init__(self, newest: Mapping[tuple[str, str | None], Newest] | None = None) -> None:
        self._newest = dict(newest or {})

    def copy(self) -> NewestEvents:
        """Return a copy."""
        return NewestEvents(self._newest)

    def add(self, event: Event[Any], connection: int) -> bool:
        """Remember an event. Return whether an earlier connection delivered a newer one of its subject.

        The subject that changed least recently is forgotten.
        """
        position = parse_position(event.position)
        if not position:
            return False
        known = self._newest.pop((event.source, event.subject), None)
        newest = known if known and position.is_before(known.position) else Newest(position, connection)
        self._newest[event.source, event.subject] = newest
        if len(self._newest) > MAX_REMEMBERED:
            del self._newest[next(iter(self._newest))]
        return newest.connection < connection
