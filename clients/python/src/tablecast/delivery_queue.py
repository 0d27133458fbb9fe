"""The deliveries that wait for the application."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .machine.delivery import Delivery
from .machine.recent_ids import MAX_REMEMBERED
from .protocol.event import Event

MAX_QUEUED = 10_000
"""The most deliveries that wait for the application. The server's log keeps the following events."""


@dataclass(frozen=True)
class Waiting:
    """A delivery, and the older events of its subject that it replaced."""

    delivery: Delivery
    replaced: Iterable[Event[Any]] = ()


class DeliveryQueue:
    """The deliveries in order."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """True if the subscription must pause."""
        return len(self._waiting) >= MAX_QUEUED

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
    """Keeps the newest waiting event of each subject only. So it is never full."""

    def __init__(self) -> None:
        super().__init__()
        self._by_key: OrderedDict[str | int, tuple[Delivery, deque[Event[Any]]]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return len(self._by_key)

    @property
    def is_full(self) -> bool:
        """Never true."""
        return False

    def add(self, delivery: Delivery) -> None:
        """Add a delivery at the end. It replaces an older event of its subject."""
        self._count += 1
        key = delivery.subject or "" if isinstance(delivery, Event) else self._count
        old = self._by_key.pop(key, None)
        replaced = old[1] if old else deque[Event[Any]](maxlen=MAX_REMEMBERED)
        if old and isinstance(old[0], Event):
            replaced.append(replace(old[0], data=None, raw={}))  # Its position counts as delivered.
        self._by_key[key] = (delivery, replaced)

    @property
    def first(self) -> Delivery:
        """The next delivery."""
        return next(iter(self._by_key.values()))[0]

    def pop(self) -> Waiting:
        """Remove the next delivery."""
        _, (delivery, replaced) = self._by_key.popitem(last=False)
        return Waiting(delivery, replaced)

    def clear(self) -> None:
        """Remove all deliveries."""
        self._by_key.clear()
