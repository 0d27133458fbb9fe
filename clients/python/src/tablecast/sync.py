"""Events for scripts without asyncio."""

from __future__ import annotations

import asyncio
import logging
import threading
import weakref
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import Future, wait
from types import TracebackType
from typing import Any

from .client import Client
from .errors import Incomplete, Refused
from .loop_thread import LoopThread
from .machine.effect import State
from .models import Models
from .protocol.event import Event
from .runtime.state_reporter import StateListener
from .runtime.tokens import TokenSource
from .stores import Store
from .subscription import Item, Subscription

logger = logging.getLogger("tablecast")


def events(
    url: str,
    subjects: str | Iterable[str],
    *,
    token: TokenSource = None,
    types: str | Iterable[str] | None = None,
    store: Store | None = None,
    name: str | None = None,
    bookmark: str | None = None,
    models: Models | None = None,
    on_state: StateListener | None = None,
    on_late: Callable[[Event[Any]], object] | None = None,
    on_error: Callable[[Exception], object] | None = None,
    newest_only: bool = False,
) -> Events:
    """Return events and gaps, one after the other. README.md describes the options of `Client` and `subscribe`.

    It connects at once. An item is handled when the loop requests the next one. An error takes the place of an item:
    the next step continues. The end of the loop closes the connection, if nothing else has the iterator. Functions of
    the application run in another thread.
    """
    client = Client(url, token=token, store=store, models=models, on_state=on_state)
    chosen = [subjects] if isinstance(subjects, str) else list(subjects)

    async def open_subscription() -> Subscription:
        await client.__aenter__()
        return client.subscribe(
            chosen,
            types=types,
            name=name,
            bookmark=bookmark,
            on_late=on_late,
            on_error=on_error,
            newest_only=newest_only,
        )

    return Events(client, open_subscription)


class Events(Iterator[Item]):
    """The items of a subscription, for a thread without asyncio. `with` closes it at the end of the block."""

    def __init__(self, client: Client, open_subscription: Callable[[], Coroutine[Any, Any, Subscription]]) -> None:
        self._thread = LoopThread()
        self._thread.start()
        self._close = weakref.finalize(self, _end, self._thread, client)  # Also at the end of the program.
        self._reading: Future[Item | None] | None = None
        try:
            self._subscription = self._thread.run(open_subscription())
        except BaseException:
            self._close()
            raise

    def __next__(self) -> Item:
        if not self._close.alive:
            raise StopIteration
        reading = self._read()
        del self  # The traceback of an error must not keep the connection open.
        try:
            item = None if reading.cancelled() else reading.result()
        finally:
            del reading
        if item is None:
            raise StopIteration
        return item

    def _read(self) -> Future[Item | None]:
        """Wait for the next item. After Ctrl-C, the next step has the result of this one."""
        reading = self._reading = self._reading or self._thread.submit(_next(self._subscription))
        wait([reading])
        self._reading = None
        return reading

    def handled(self) -> None:
        """Record that the last item is handled, before the end of the loop. The next step does so otherwise."""
        if self._close.alive:
            self._thread.run(_handled(self._subscription))

    def close(self) -> None:
        """Close the connection, and end the iteration."""
        self._close()

    def __enter__(self) -> Events:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def state(
    url: str,
    subjects: str | Iterable[str],
    *,
    type: str,
    token: TokenSource = None,
    models: Models | None = None,
    on_state: StateListener | None = None,
    timeout: float | None = None,
) -> dict[str, Any]:
    """Return what the items of some subjects are now: the data by subject. `type` is that of the state.

    Raises `Refused` when the server refuses a subject, `Incomplete` when it cannot send an item, and `TimeoutError`
    after `timeout` seconds. Without it, `state` waits while there is no connection.
    """
    chosen = [subjects] if isinstance(subjects, str) else list(subjects)
    reasons = ["no reply of the server"]

    def report(state: State, reason: str) -> object:
        if state == "waiting":
            reasons.append(reason)
        return on_state(state, reason) if on_state else None

    async def load() -> dict[str, Any]:
        async with Client(url, token=token, models=models, on_state=report) as client:
            return await _load(client, chosen, type)

    with LoopThread() as thread:
        try:
            return thread.run(asyncio.wait_for(load(), timeout))
        except asyncio.TimeoutError:
            raise TimeoutError(f"no state within {timeout} s: {reasons[-1]}") from None


async def _load(client: Client, subjects: list[str], state_type: str) -> dict[str, Any]:
    errors: list[Exception] = []
    collection = client.collection(subjects, type=state_type, on_error=errors.append)
    await collection.ready()
    for error in errors:
        if isinstance(error, Refused):
            raise error
        logger.warning("the state has an invalid item: %s", error)
    if collection.missing or collection.unnamed:
        raise Incomplete(dict(collection), dict(collection.missing), collection.unnamed)
    return dict(collection)


def _end(thread: LoopThread, client: Client) -> None:
    if thread.is_current:  # It collects garbage.
        threading.Thread(target=_end, args=(thread, client)).start()
        return
    try:
        thread.run(client.aclose())
    finally:
        thread.stop()


async def _handled(subscription: Subscription) -> None:
    subscription.handled()


async def _next(subscription: Subscription) -> Item | None:
    return await anext(subscription, None)
