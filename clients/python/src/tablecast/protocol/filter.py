"""The events that a subscription receives."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from . import channel
from .event import TOO_LARGE, Event
from .subject import matches, overlap


class EventFilter:
    """Selects events by subject and optionally by type."""

    def __init__(self, subjects: Iterable[str], types: Iterable[str] | None) -> None:
        self.subjects = tuple(subjects)
        self.types = None if types is None else tuple(types)
        """Every type, if `None`."""

    def matches(self, event: Event[Any], refused: Container[str] = ()) -> bool:
        """Return whether the subscription receives the event. `refused`: the subjects that do not count."""
        subject = event.subject or ""
        if not any(pattern not in refused and matches(pattern, subject) for pattern in self.subjects):
            return False
        return self.types is None or _type_of(event) in self.types

    def can_have(self, source: str) -> bool:
        """Return whether the source has events of these subjects."""
        return any(channel.can_have(pattern, source) for pattern in self.subjects)

    def is_within(self, source: str) -> bool:
        """Return whether one of the subjects has its events in this source only."""
        return any(channel.is_within(pattern, source) for pattern in self.subjects)

    def overlaps(self, other: EventFilter) -> bool:
        """Return whether one event can match both filters. Types are ignored."""
        return any(overlap(one, subject) for one in self.subjects for subject in other.subjects)


def _type_of(event: Event[Any]) -> object:
    if event.type == TOO_LARGE and isinstance(event.data, dict):
        return event.data.get("type")
    return event.type
