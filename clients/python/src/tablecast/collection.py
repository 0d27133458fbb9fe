"""The state of some subjects, and the changes that follow."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Any, Literal
from weakref import WeakSet

from .errors import Closed
from .machine.collection_state import CollectionState
from .machine.delivery import Changed, Delivery, Failed
from .machine.items import Item
from .machine.ordered_set import OrderedSet
from .machine.subscription_state import SubscriptionConfig
from .protocol.event_type import removed_type
from .runtime.callback import Callback
from .runtime.transport import Transport

logger = logging.getLogger("tablecast")

CollectionStatus = Literal["loading", "live", "stale", "refused", "closed"]
"""`loading`: no snapshot yet. `live`: follows every change. `stale`: changes may be missing, and the items stay until
the next snapshot. `refused`: the server refuses every subject. `closed`: the items stay as they are."""


@dataclass
class CollectionChange:
    """A change of a collection. Without subjects, only its status changed."""

    subjects: OrderedSet[str] = field(default_factory=OrderedSet)
    """The subjects whose items differ, in the order of the changes."""
    replaced: bool = False
    """True if a snapshot replaced all items."""

    def add(self, subjects: Iterable[str], replaced: bool) -> None:
        """Add a later change."""
        self.subjects |= OrderedSet(subjects)
        self.replaced = self.replaced or replaced


@dataclass(frozen=True)
class CollectionParts:
    """The parts that a collection connects."""

    subjects: tuple[str, ...]
    state_type: str
    transport: Transport
    on_error: Callable[[Exception], object] | None
    on_close: Callable[[Collection], None]


class Collection(Mapping[str, Any]):
    """A live, read-only mapping from subjects to data. It never shows a part of a snapshot.

    A loop over it sees the items as they were at its start. Two collections are never equal.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init__(self, parts: CollectionParts) -> None:
        self._parts = parts
        self._state = CollectionState(parts.subjects, parts.state_type, random.random)
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._ready.add_done_callback(lambda ready: ready.cancelled() or ready.exception())
        self._on_error = Callback(parts.on_error) if parts.on_error else None
        self._items: Mapping[str, Any] | None = None
        self._missing: Mapping[str, str] | None = None
        self._readers: WeakSet[_Reader] = WeakSet()
        self._is_closed = False
        types = (parts.state_type, removed_type(parts.state_type))
        config = SubscriptionConfig(parts.subjects, types, loader=self._state)
        self._subscription = parts.transport.create_subscription(config)
        parts.transport.subscribe(self._subscription, self)

    async def ready(self) -> None:
        """Wait for the first snapshot.

        Raises `Refused` when the server refuses every subject, or `Closed` after `close`. Waits while there is no
        connection: the log, and the option `on_state`, have the reason.
        """
        await asyncio.shield(self._ready)

    @property
    def status(self) -> CollectionStatus:
        """The state of the items: it shows if they follow every change."""
        return "closed" if self._is_closed else self._state.status

    @property
    def items_now(self) -> Mapping[str, Any]:
        """The data by subject. Another mapping replaces it when something changes."""
        if self._items is None:
            self._items = self._view(lambda item: item.missing is None, lambda item: item.data)
        return self._items

    @property
    def missing(self) -> Mapping[str, str]:
        """The subjects of items that the server cannot send, with the reason: `invalid` or `too-large`."""
        if self._missing is None:
            self._missing = self._view(lambda item: item.missing is not None, lambda item: item.missing)
        return self._missing

    @property
    def unnamed(self) -> int:
        """The number of items that the server cannot send, and did not name."""
        return self._state.unnamed

    def __getitem__(self, subject: str) -> Any:
        return self.items_now[subject]

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_now)

    def __len__(self) -> int:
        return len(self.items_now)

    def changes(self) -> AsyncIterator[CollectionChange]:
        """Return each change from now on, until `close`. Changes that arrive while the application is busy are one.

        A cancelled step loses no change.
        """
        reader = _Reader(lambda: self._is_closed)
        self._readers.add(reader)
        return reader

    def close(self) -> None:
        """End the changes."""
        if self._is_closed:
            return
        self._is_closed = True
        if not self._ready.done():
            self._ready.set_exception(Closed("the application closed the collection"))
        self._parts.on_close(self)
        self._parts.transport.unsubscribe(self._subscription)
        self._changed((), False)

    async def __aenter__(self) -> Collection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def deliver(self, delivery: Delivery) -> None:
        """For the client itself."""
        if isinstance(delivery, Changed):
            self._changed(delivery.subjects, delivery.replaced)
        elif isinstance(delivery, Failed):
            if self._state.status == "refused" and not self._ready.done():
                self._ready.set_exception(delivery.error)
            self._report(delivery.error)

    def confirm(self) -> None:
        """For the client itself."""

    def _changed(self, subjects: Sequence[str], replaced: bool) -> None:
        if subjects or replaced:
            self._items = self._missing = None
        if replaced and not self._ready.done():
            self._ready.set_result(None)
        for reader in self._readers:
            reader.add(subjects, replaced)

    def _report(self, error: Exception) -> None:
        if self._on_error:
            # Later: an error of the application must not end the connection.
            self._loop.call_soon(self._on_error, error)
        else:
            logger.warning("a collection reports: %s", error)

    def _view(self, has: Callable[[Item], bool], value: Callable[[Item], Any]) -> Mapping[str, Any]:
        return MappingProxyType({subject: value(item) for subject, item in self._state.items if has(item)})


class _Reader(AsyncIterator[CollectionChange]):
    """One loop over the changes. No generator: a cancelled step would end it."""

    def __init__(self, is_closed: Callable[[], bool]) -> None:
        self._is_closed = is_closed
        self._change: CollectionChange | None = None
        self._arrival = asyncio.Event()

    def add(self, subjects: Sequence[str], replaced: bool) -> None:
        if self._change is None:
            self._change = CollectionChange()
        self._change.add(subjects, replaced)
        self._arrival.set()

    async def __anext__(self) -> CollectionChange:
        if self._is_closed():
            raise StopAsyncIteration
        while self._change is None:
            self._arrival.clear()
            await self._arrival.wait()
        change, self._change = self._change, None
        return change
