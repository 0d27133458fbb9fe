"""The events of some subjects, in order and each once, over all connections."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Union

from .delivery_queue import DeliveryQueue, NewestQueue, Waiting
from .errors import Closed, Refused, StoreError
from .machine.delivery import Delivery, Failed, Gap, Late
from .machine.progress import Progress
from .protocol.event import Event

Item = Union[Event[Any], Gap]
"""An item of an iteration."""


class SubscriptionListener(Protocol):
    """Reacts to changes of a subscription."""

    def progressed(self) -> None:
        """The progress of the application changed."""

    def full(self) -> None:
        """The queue is full: receive no more."""

    def drained(self) -> None:
        """The queue is empty."""

    def closed(self) -> None:
        """The application closed the subscription."""


@dataclass(frozen=True)
class SubscriptionOptions:
    """How the application reads."""

    on_late: Callable[[Event[Any]], object] | None = None
    on_error: Callable[[Exception], object] | None = None
    newest_only: bool = False


class Subscription:
    """An asynchronous iterator of events and gaps.

    It raises an error in place of an item: `InvalidEvent`, `Refused` or `StoreError`. Iterate again to continue. An
    item is handled when the application requests the next one.
    """

    def __init__(self, listener: SubscriptionListener, options: SubscriptionOptions, subjects: int) -> None:
        self._listener = listener
        self._subjects = subjects  # The number of those that the server has not refused.
        self._options = options
        self._queue = NewestQueue() if options.newest_only else DeliveryQueue()
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self._ready.add_done_callback(lambda ready: ready.cancelled() or ready.exception())
        self._progress: Progress | None = None
        self._handling: Waiting | None = None  # The application handles it now.
        self._arrival: asyncio.Future[None] | None = None
        self._has_reader = False
        self._is_closed = False
        self._late = 0

    async def ready(self) -> None:
        """Wait until the server confirms one of the subjects. Every event of a later change arrives.

        Raises `Refused` when the server refuses every subject, or `Closed` after `close`. Waits while there is no
        connection: the log, and the option `on_state`, have the reason.
        """
        await asyncio.shield(self._ready)

    @property
    def bookmark(self) -> str | None:
        """The progress of the application as text. Another subscription can resume from it."""
        return self._progress.text() if self._progress else None

    @property
    def late(self) -> int:
        """The number of late events so far, which iterations leave out."""
        return self._late

    def handled(self) -> None:
        """Record that the last item is handled, before the program ends the loop. The next step does so otherwise."""
        self._handled(self._handling)
        self._handling = None

    def close(self) -> None:
        """End every iteration."""
        if self._is_closed:
            return
        self._is_closed = True
        self._queue.clear()
        if not self._ready.done():
            self._ready.set_exception(Closed("the application closed the subscription"))
        self._listener.closed()
        self._wake()

    async def __aenter__(self) -> Subscription:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Item:
        if self._has_reader:
            raise RuntimeError("this subscription has a reader already: create one subscription for each reader")
        self._has_reader = True
        try:
            return await self._next()
        finally:
            self._has_reader = False

    @property
    def progress(self) -> Progress | None:
        """For the client itself."""
        return self._progress

    def start(self, progress: Progress) -> None:
        """For the client itself."""
        self._progress = progress

    def deliver(self, delivery: Delivery) -> None:
        """For the client itself."""
        if self._is_closed:
            return
        if isinstance(delivery, Failed) and isinstance(delivery.error, Refused):
            self._refused(delivery.error)
        was_full = self._queue.is_full
        self._queue.add(delivery)
        if self._queue.is_full and not was_full:
            self._loop.call_soon(self._pause)  # After the other deliveries of the same frame.
        self._wake()

    def confirm(self) -> None:
        """For the client itself."""
        if not self._ready.done():
            self._ready.set_result(None)

    def _refused(self, error: Refused) -> None:
        self._subjects -= 1
        if self._subjects == 0 and not self._ready.done():
            self._ready.set_exception(error)

    def _pause(self) -> None:
        if self._queue.is_full:
            self._listener.full()

    async def _next(self) -> Item:
        self.handled()
        while not self._is_closed:
            if not self._queue:
                await self._wait()
            elif isinstance(item := await self._take(), Exception):
                try:
                    raise item
                finally:
                    del item  # Otherwise its traceback has it, and keeps the frames of the application.
            elif item is not None:
                return item
        raise StopAsyncIteration

    async def _take(self) -> Item | Exception | None:
        """Return the next delivery if it is an item, or its error. A cancelled callback leaves it in the queue."""
        delivery = self._queue.first
        error = await self._call_back(delivery)
        if self._is_closed:
            return None
        waiting = self._queue.pop()
        if error is None and isinstance(delivery, (Event, Gap)):
            self._handling = waiting
            return delivery
        self._handled(waiting)
        return error

    async def _call_back(self, delivery: Delivery) -> Exception | None:
        """Call the function of the application for a late event or an error. Return the error to raise."""
        options = self._options
        try:
            if isinstance(delivery, Late):
                await _call(options.on_late, delivery.event)
                self._late += 1
            elif isinstance(delivery, Failed):
                if not options.on_error:
                    return delivery.error
                await _call(options.on_error, delivery.error)
        except Exception as error:
            return error
        return None

    async def _wait(self) -> None:
        self._listener.drained()
        self._arrival = self._loop.create_future()
        try:
            await self._arrival
        finally:
            self._arrival = None

    def _wake(self) -> None:
        if self._arrival and not self._arrival.done():
            self._arrival.set_result(None)

    def _handled(self, waiting: Waiting | None) -> None:
        if waiting and self._progress:
            for event in waiting.replaced:
                self._progress.add(event)
            self._progress.add(waiting.delivery)
            if not _is_of_store(waiting.delivery):
                self._listener.progressed()


def _is_of_store(delivery: Delivery) -> bool:
    """Return whether it is an error of the store. A save that follows would fail again, and so on at once."""
    return isinstance(delivery, Failed) and isinstance(delivery.error, StoreError)


async def _call(function: Callable[[Any], object] | None, value: object) -> None:
    result = function(value) if function else None
    if inspect.isawaitable(result):
        await result
