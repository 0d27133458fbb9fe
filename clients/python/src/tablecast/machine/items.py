"""The items of a collection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..errors import InvalidEvent
from ..protocol.event import TOO_LARGE, Event
from ..protocol.position import Positions, parse_position
from ..protocol.time import parse_time
from .delivery import Delivery, Failed

MAX_SKEW = timedelta(seconds=5)
"""The clocks of the table and of the function that reads it can differ by so much."""


@dataclass(frozen=True)
class Snapshot:
    """The changes that an item of a snapshot contains."""

    ends: Positions
    """Every event up to these positions."""
    version: str | None = None
    time: str | None = None
    """When it was read."""


@dataclass(frozen=True)
class Item:
    """The data of an item, or the reason why it is missing."""

    data: Any = None
    missing: str | None = None
    raw: Any = None
    """The data in JSON: a model can hide a difference."""
    snapshot: Snapshot | None = None
    """Present until an event changes the item."""

    def shows(self, other: Item) -> bool:
        """Return whether the application sees no difference."""
        return self.missing == other.missing and _equal(self.raw, other.raw)


@dataclass(frozen=True)
class Update:
    """A change of an item. Without an item: its removal."""

    event: Event[Any]
    item: Item | None

    @property
    def subject(self) -> str:
        """The subject of the item."""
        return self.event.subject or ""


def item_of(event: Event[Any], state_type: str, is_valid: bool) -> Item | None:
    """Return the item of an event of this type, or `None` for another type."""
    if event.type == TOO_LARGE:
        replaced = event.data.get("type") if isinstance(event.data, dict) else None
        return Item(missing="too-large") if replaced == state_type else None
    if event.type != state_type:
        return None
    return Item(event.data, raw=event.raw.get("data")) if is_valid else Item(missing="invalid")


def update_of(delivery: Delivery, state_type: str) -> Update | None:
    """Return what a delivery changes. A subscription to a type and its removals has no other events."""
    if isinstance(delivery, Event):
        return Update(delivery, item_of(delivery, state_type, True))
    if isinstance(delivery, Failed) and isinstance(delivery.error, InvalidEvent) and not delivery.error.event.late:
        return Update(delivery.error.event, item_of(delivery.error.event, state_type, False))
    return None


class Items:
    """Items by subject."""

    def __init__(self, items: dict[str, Item] | None = None, ends: Positions | None = None) -> None:
        self._items = items or {}
        self._ends = ends or {}  # Of the first page: every page contains the events up to them.

    def __iter__(self) -> Iterator[tuple[str, Item]]:
        return iter(self._items.items())

    def apply(self, update: Update) -> bool:
        """Change an item. Return whether the application can see the change."""
        known = self._items.get(update.subject)
        if self._is_contained(update.event, known.snapshot if known else None):
            return False
        if update.item is None:
            return self._items.pop(update.subject, None) is not None
        self._items[update.subject] = update.item
        return known is None or not known.shows(update.item)

    def retain(self, has: Callable[[str], bool]) -> list[str]:
        """Remove the items of other subjects. Return these."""
        others = [subject for subject in self._items if not has(subject)]
        for subject in others:
            del self._items[subject]
        return others

    def differences(self, older: Items) -> list[str]:
        """Return the subjects whose items the application sees differently."""
        subjects = dict.fromkeys([*older._items, *self._items])
        return [subject for subject in subjects if self._differs(older, subject)]

    def _differs(self, older: Items, subject: str) -> bool:
        known, item = older._items.get(subject), self._items.get(subject)
        return known is None or item is None or not known.shows(item)

    def _is_contained(self, event: Event[Any], snapshot: Snapshot | None) -> bool:
        position = parse_position(event.position)
        end = (snapshot.ends if snapshot else self._ends).get(event.source)
        if position and end and not end.is_before(position):
            return True
        if snapshot is None or not event.version or not snapshot.version or event.version >= snapshot.version:
            return False
        time, read = parse_time(event.time), parse_time(snapshot.time)
        return not (time and read and time > read + MAX_SKEW)


def _equal(one: Any, other: Any) -> bool:
    """Compare JSON. For Python, `True` equals 1."""
    return one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
