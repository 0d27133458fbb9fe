"""Runs a machine with a manual clock, and collects its effects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from server_events import End, subscribed
from tablecast.errors import InvalidEvent
from tablecast.machine.delivery import Delivery, Failed, Gap, Late
from tablecast.machine.effect import Close, Confirm, Deliver, Effect, GetToken, Open, Send, StateChanged
from tablecast.machine.machine import Machine
from tablecast.machine.subscription_state import SubscriptionConfig, SubscriptionState
from tablecast.machine.timing import Timing
from tablecast.protocol.event import Decode, Event

Kind = TypeVar("Kind")


class Harness:
    """A machine whose inputs a test chooses. `random` always returns 0.5 by default."""

    def __init__(self, random: Callable[[], float] = lambda: 0.5, decode: Decode | None = None) -> None:
        self.now = 0.0
        self.machine = Machine(Timing(ping_every=60), random, decode)
        self.effects: list[Effect] = self.machine.start(0)

    @staticmethod
    def live(subjects: list[str], end: End = None) -> tuple[Harness, SubscriptionState]:
        """Return a machine that is live on connection 1, with one subscription that starts at this offset."""
        harness = Harness()
        subscription = harness.subscribe(subjects)
        harness.open(1)
        harness.receive(1, subscribed("1", subjects, end))
        harness.effects = []
        return harness, subscription

    def subscribe(
        self, subjects: list[str], types: list[str] | None = None, progress: str | None = None
    ) -> SubscriptionState:
        config = SubscriptionConfig(tuple(subjects), None if types is None else tuple(types), progress)
        return self.add(self.machine.create_subscription(config))

    def add(self, subscription: SubscriptionState) -> SubscriptionState:
        self.effects += self.machine.subscribe(subscription, self.now)
        return subscription

    def unsubscribe(self, subscription: SubscriptionState) -> None:
        self.effects += self.machine.unsubscribe(subscription, self.now)

    def open(self, connection: int, expires_at: float | None = None) -> None:
        self.effects += self.machine.opened(connection, expires_at, self.now)

    def receive(self, connection: int, *frames: str) -> None:
        for frame in frames:
            self.effects += self.machine.received(connection, frame, self.now)

    def disconnect(self, connection: int) -> None:
        self.effects += self.machine.disconnected(connection, "cut", self.now)

    def wake(self) -> None:
        self.effects += self.machine.woke(self.now)

    def reconnect(self, connection: int) -> None:
        """Disconnect the connection before this one, wait for the backoff, and open this one."""
        self.disconnect(connection - 1)
        self.to_next_timer()
        self.open(connection)

    def to_next_timer(self) -> float:
        """Move the clock to the next timer. Return the time."""
        self.now = self.machine.wake_at
        self.effects += self.machine.tick(self.now)
        return self.now

    def advance(self, time: float) -> None:
        self.now += time
        self.effects += self.machine.tick(self.now)

    def take(self, kind: type[Kind]) -> list[Kind]:
        """Return the effects of one type since the last call."""
        taken: list[Kind] = []
        taken += [effect for effect in self.effects if isinstance(effect, kind)]
        self.effects = [effect for effect in self.effects if not isinstance(effect, kind)]
        return taken

    def opened(self) -> list[int]:
        """Return the numbers of the opened connections."""
        return [effect.connection for effect in self.take(Open)]

    def closed(self) -> list[str]:
        """Return the reasons of the closed connections."""
        return [effect.reason for effect in self.take(Close)]

    def sent(self) -> list[dict[str, Any]]:
        return [dict(effect.message) for effect in self.take(Send)]

    def tokens(self) -> int:
        return len(self.take(GetToken))

    def confirmed(self) -> int:
        return len(self.take(Confirm))

    def deliveries(self) -> list[Delivery]:
        return [effect.delivery for effect in self.take(Deliver)]

    def delivered(self) -> list[str]:
        """Return the ids of delivered events, and descriptions of other items."""
        return [text for delivery in self.deliveries() if (text := describe(delivery))]

    def states(self) -> list[str]:
        return [effect.state for effect in self.take(StateChanged)]


def describe(delivery: Delivery) -> str:
    """Return the id of an event, a description of another item, or no text."""
    if isinstance(delivery, Event):
        return delivery.id
    if isinstance(delivery, Late):
        return f"late {delivery.event.id}"
    if isinstance(delivery, Gap):
        return f"gap {delivery.source} {delivery.reason}"
    return f"{type(delivery.error).__name__}: {delivery.error}" if isinstance(delivery, Failed) else ""


def reject_bad(event: Event[Any]) -> Event[Any]:
    """Reject an event with `bad` in its data."""
    if event.data.get("bad"):
        raise InvalidEvent(event, "is bad")
    return event
