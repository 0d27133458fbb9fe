"""The client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from .collection import Collection, CollectionParts
from .errors import Closed
from .machine.effect import State
from .machine.timing import Timing
from .models import Models, decoder
from .protocol.event import Event
from .runtime.connect_failure import check_url
from .runtime.controller import ControllerParts, SubscriptionController
from .runtime.progress_saver import ProgressSaver
from .runtime.state_reporter import StateListener
from .runtime.tokens import TokenSource
from .runtime.transport import Transport, TransportOptions
from .stores import Store
from .subscription import Subscription, SubscriptionOptions


class Client:
    """Connects in `async with`, and reconnects until the end of the block."""

    def __init__(
        self,
        url: str,
        *,
        token: TokenSource = None,
        store: Store | None = None,
        models: Models | None = None,
        on_state: StateListener | None = None,
        ping_every: float = Timing.ping_every,
        check_every: float = Timing.check_every,
        leave_after: tuple[float, float] = Timing.leave_after,
    ) -> None:
        """Create a client. README.md describes the options. Times are in seconds."""
        check_url(url)
        timing = Timing(ping_every, check_every, leave_after)
        self._options = TransportOptions(url, token, timing, decoder(models), on_state)
        self._store = store
        self._transport: Transport | None = None
        self._controllers: set[SubscriptionController] = set()
        self._collections: set[Collection] = set()
        self._savers: dict[str, ProgressSaver] = {}  # By the name of the progress in the store.
        self._starting: set[asyncio.Task[None]] = set()

    @property
    def state(self) -> State:
        """The state of the connection."""
        return self._transport.state if self._transport else "waiting"

    def subscribe(
        self,
        subjects: str | Iterable[str],
        *,
        types: str | Iterable[str] | None = None,
        name: str | None = None,
        bookmark: str | None = None,
        on_late: Callable[[Event[Any]], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        newest_only: bool = False,
    ) -> Subscription:
        """Subscribe to a subject (`orders/acme/1001`) or a pattern (`orders/acme/*`), or to several of them.

        Several subscriptions can have the same subject: each receives its events, and the server has one.
        """
        all_subjects = self._subjects(subjects)
        all_types = None if types is None else _sorted(types)
        if all_types == ():
            raise ValueError("pass at least one type, such as order.placed.v1, or leave out types to receive all")
        saver = self._saver(name or ",".join([*all_subjects, *(all_types or ())]))
        parts = ControllerParts(all_subjects, all_types, saver, self._running, self._controllers.discard)
        controller = SubscriptionController(parts, SubscriptionOptions(on_late, on_error, newest_only))
        self._controllers.add(controller)
        self._start(controller, bookmark)
        return controller.subscription

    def collection(
        self,
        subjects: str | Iterable[str],
        *,
        type: str,
        on_error: Callable[[Exception], object] | None = None,
    ) -> Collection:
        """Load the state of some subjects, and follow its changes. `type` is that of the state, such as `order.v1`."""
        parts = CollectionParts(self._subjects(subjects), type, self._running, on_error, self._collections.discard)
        collection = Collection(parts)
        self._collections.add(collection)
        return collection

    def wake(self) -> None:
        """Reconnect at once, or check the connection. For a program that knows that the network is back."""
        self._running.wake()

    async def aclose(self) -> None:
        """Close the connection and every subscription. Iterations end."""
        for saver in self._savers.values():
            saver.end()
        for controller in list(self._controllers):
            controller.subscription.close()
        for collection in list(self._collections):
            collection.close()
        for task in self._starting:
            task.cancel()
        try:
            await asyncio.gather(*self._starting, return_exceptions=True)
            for saver in self._savers.values():
                await saver.finish()
        finally:  # Also if it is cancelled.
            await self._running.close()

    async def __aenter__(self) -> Client:
        if self._transport:
            raise RuntimeError("this client has started before: create another one")
        self._transport = Transport(self._options)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def _running(self) -> Transport:
        if not self._transport:
            raise RuntimeError("the client has not started: use `async with tablecast.Client(...) as client`")
        return self._transport

    def _subjects(self, subjects: str | Iterable[str]) -> tuple[str, ...]:
        if self.state == "closed":
            raise Closed("the client is closed: create another one")
        unique = _sorted(subjects)
        if not unique:
            raise ValueError("pass at least one subject, such as orders/acme/*")
        return unique

    def _saver(self, name: str) -> ProgressSaver:
        unused = [other for other, saver in self._savers.items() if saver.is_unused and other != name]
        for other in unused:
            del self._savers[other]
        return self._savers.setdefault(name, ProgressSaver(self._store, name))

    def _start(self, controller: SubscriptionController, bookmark: str | None) -> None:
        task = asyncio.create_task(controller.start(bookmark))
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)


def _sorted(names: str | Iterable[str]) -> tuple[str, ...]:
    """Return each name once, in one order: sets have another one in each process."""
    return tuple(sorted({names} if isinstance(names, str) else set(names)))
