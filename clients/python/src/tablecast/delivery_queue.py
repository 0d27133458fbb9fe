"""The deliveries that wait for the application."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from .machine.delivery import Delivery, Late
from .machine.recent_ids import MAX_REMEMBERED
from .protocol.event import Event

MAX_QUEUED = 10_000
"""The most deliveries that wait for the application. The server's log keeps the following events."""


@dataclass(frozen=True)
class Waiting:
    """A delivery, and the older events of its subject that it replaced."""

    delivery: Delivery
    replaced: Collection[Event[Any]] = ()


class DeliveryQueue:
    """The deliveries in order."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """True if the subscription must pause."""
        return len(self) >= MAX_QUEUED

    def add(self, delivery: Delivery) -> None:
        """Add a delivery at the end."""
        self._waiting.append(Waiting(delivery))

    @property
    def first(self) -> Delivery:
        """The next delivery."""
        return self._waiting[0].delivery

    def pop(self) -> Waiting:
        """Remove the next delivery."""
        return self._waiting.popleft()

    def clear(self) -> None:
        """Remove all deliveries."""
        self._waiting.clear()


class NewestQueue(DeliveryQueue):
    """Keeps the newest waiting event of each subject only."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: dict[object, tuple[Delivery, deque[Event[Any]]]] = {}
        self._count = 0
        self._replaced = 0  # Of all subjects together.

    def __len__(self) -> int:
        return len(self._arrived) + len(self._waiting)

    def add(self, delivery: Delivery) -> None:
        """Add a delivery at the end. It replaces an older event of its subject, or an older late event."""
        self._count += 1
        event = _event_of(delivery)
        key = (type(delivery), event.subject) if event and event.subject else self._count
        old, replaced = self._arrived.pop(key, (None, deque[Event[Any]]()))
        if old and (older := _event_of(old)):
            replaced.append(replace(older, data=None, raw={}))  # Its position counts as delivered.
            self._replaced += 1
        if self._replaced > MAX_REMEMBERED and replaced:
            replaced.popleft()
            self._replaced -= 1
        self._arrived[key] = (delivery, replaced)

    @property
    def first(self) -> Delivery:
        """The next delivery. Those that wait now come first: no subject waits for others that change more often."""
        self._take()
        return super().first

    def pop(self) -> Waiting:
        """Remove the next delivery."""
        self._take()
        waiting = super().pop()
        self._replaced -= len(waiting.replaced)
        return waiting

    def clear(self) -> None:
        """Remove all deliveries."""
        super().clear()
        self._arrived.clear()
        self._replaced = 0

    def _take(self) -> None:
        if not self._waiting:
            self._waiting.extend(Waiting(*arrived) for arrived in self._arrived.values())
            self._arrived.clear()


def _event_of(delivery: Delivery) -> Event[Any] | None:
    if isinstance(delivery, Late):
        return delivery.event
    return delivery if isinstance(delivery, Event) else None
