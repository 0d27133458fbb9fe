"""Connects one subscription with the transport and the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..machine.delivery import Failed
from ..machine.progress import Progress
from ..machine.subscription_state import SubscriptionConfig, SubscriptionState
from ..subscription import Subscription, SubscriptionOptions
from .progress_saver import ProgressSaver
from .transport import Transport


@dataclass(frozen=True)
class ControllerParts:
    """The parts that a controller connects."""

    subjects: tuple[str, ...]
    types: tuple[str, ...] | None
    saver: ProgressSaver
    transport: Transport
    on_close: Callable[[SubscriptionController], None]


class SubscriptionController:
    """Starts a subscription, and pauses it while its queue is full."""

    def __init__(self, parts: ControllerParts, options: SubscriptionOptions) -> None:
        self.subscription = Subscription(self, options, len(parts.subjects))
        self._parts = parts
        self._active: SubscriptionState | None = None
        self._paused: SubscriptionState | None = None
        self._is_closed = False
        parts.saver.add(self)

    async def start(self, bookmark: str | None) -> None:
        """Resume from the bookmark, or from the progress in the store."""
        progress = await self._parts.saver.load(self) if bookmark is None else bookmark
        if not self._is_closed:
            self.subscription.start(Progress.restore(progress or ""))
            config = SubscriptionConfig(self._parts.subjects, self._parts.types, progress)
            self._subscribe(self._parts.transport.create_subscription(config))

    @property
    def progress(self) -> Progress | None:
        """The progress of the application."""
        return self.subscription.progress

    def failed(self, error: Exception) -> None:
        """Report an error of the store."""
        self.subscription.deliver(Failed(error))

    def progressed(self) -> None:
        """Save the progress."""
        self._parts.saver.schedule()

    def full(self) -> None:
        """Pause: the server's log keeps the following events."""
        if self._active:
            self._paused = self._active.copy()
            self._unsubscribe()

    def drained(self) -> None:
        """Continue after a pause."""
        paused, self._paused = self._paused, None
        if paused:
            self._subscribe(paused)

    def closed(self) -> None:
        """End the subscription."""
        self._is_closed = True
        self._paused = None
        self._parts.saver.delete(self)
        self._parts.on_close(self)
        self._unsubscribe()

    def _subscribe(self, state: SubscriptionState) -> None:
        self._active = state
        self._parts.transport.subscribe(state, self.subscription)

    def _unsubscribe(self) -> None:
        state, self._active = self._active, None
        if state:
            self._parts.transport.unsubscribe(state)
