"""Events for scripts without asyncio."""

from __future__ import annotations

import atexit
import contextlib
import weakref
from collections.abc import Callable, Coroutine, Generator, Iterable, Iterator
from typing import Any

from .client import Client
from .loop_thread import LoopThread
from .models import Models
from .runtime.state_reporter import StateListener
from .runtime.tokens import TokenSource
from .stores import Store
from .subscription import Item, Subscription


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
) -> Iterator[Item]:
    """Return events and gaps, one after the other. README.md describes the options of `Client` and `subscribe`.

    An item is handled when the loop requests the next one. The end of the loop, by `break`, an error or Ctrl-C, closes
    the connection. `token` and `on_state` run in another thread.
    """
    client = Client(url, token=token, store=store, models=models, on_state=on_state)
    chosen = [subjects] if isinstance(subjects, str) else list(subjects)

    async def open_subscription() -> Subscription:
        await client.__aenter__()
        return client.subscribe(chosen, types=types, name=name, bookmark=bookmark)

    iterator = _iterate(client, open_subscription)
    _iterators.add(iterator)
    return iterator


def state(
    url: str,
    subjects: str | Iterable[str],
    *,
    type: str,
    token: TokenSource = None,
    models: Models | None = None,
    on_state: StateListener | None = None,
) -> dict[str, Any]:
    """Return what the items of some subjects are now: the data by subject. `type` is that of the state.

    Raises `Refused` when the server refuses every subject.
    """
    chosen = [subjects] if isinstance(subjects, str) else list(subjects)

    async def load() -> dict[str, Any]:
        async with Client(url, token=token, models=models, on_state=on_state) as client:
            collection = client.collection(chosen, type=type)
            await collection.ready()
            return dict(collection)

    with LoopThread() as thread:
        return thread.run(load())


_Iterator = Generator[Item, None, None]
_iterators: weakref.WeakSet[_Iterator] = weakref.WeakSet()


@atexit.register
def _close_iterators() -> None:
    """Close the iterators that a script still has at its end. Later, their thread does not run any more."""
    for iterator in list(_iterators):
        with contextlib.suppress(ValueError):  # Another thread reads it.
            iterator.close()


def _iterate(client: Client, open_subscription: Callable[[], Coroutine[Any, Any, Subscription]]) -> _Iterator:
    with LoopThread() as thread:
        subscription = thread.run(open_subscription())
        try:
            while (item := thread.run(_next(subscription))) is not None:
                yield item
        finally:
            thread.run(client.aclose())


async def _next(subscription: Subscription) -> Item | None:
    return await anext(subscription, None)
