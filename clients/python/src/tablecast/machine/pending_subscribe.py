"""A subscribe message whose subscriptions are not caught up."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from ..protocol.event import Event
from ..protocol.position import Positions, parse_position
from ..protocol.sources import ResumeResults
from .delivery import Delivery
from .subscription_state import SubscriptionState


@dataclass
class _Buffer:
    """The events of one subscription: those that wait for the acknowledgement, and those that arrived since."""

    held: list[Event[Any]] = field(default_factory=list)
    new: list[Event[Any]] = field(default_factory=list)


class PendingSubscribe:
    """The subscriptions of a subscribe message, with the events that arrived for each of them.

    Subscriptions that can receive the same events share one message. Otherwise the client could not distinguish an
    event that is replayed for one subscription from an event that is new for another.
    """

    def __init__(
        self, subscriptions: Sequence[SubscriptionState], is_first: bool, live: Set[SubscriptionState]
    ) -> None:
        """Create it. `is_first`: no subscribe of the connection matched these events before. Then a replay is in order.

        `live`: the subscriptions that have missed nothing, as far as the client knows.
        """
        self._buffers = {subscription: _Buffer() for subscription in subscriptions}
        self._is_first = is_first
        self._live = live
        self._results: ResumeResults = {}
        self._positions: Positions | None = None

    @property
    def subscriptions(self) -> list[SubscriptionState]:
        """A copy of the subscriptions."""
        return list(self._buffers)

    def retain(self, predicate: Callable[[SubscriptionState], bool]) -> None:
        """Remove the other subscriptions."""
        self._buffers = {one: buffer for one, buffer in self._buffers.items() if predicate(one)}

    def has(self, subscription: SubscriptionState) -> bool:
        """Return whether the message is for this subscription, too."""
        return subscription in self._buffers

    def retain_events(self, subscription: SubscriptionState, predicate: Callable[[Event[Any]], bool]) -> None:
        """Remove the other events of a subscription."""
        if buffer := self._buffers.get(subscription):
            buffer.held = [event for event in buffer.held if predicate(event)]
            buffer.new = [event for event in buffer.new if predicate(event)]

    def buffer(self, subscription: SubscriptionState, event: Event[Any]) -> None:
        """Add an event that arrived."""
        self._buffers[subscription].new.append(event)

    def resumed(self, results: ResumeResults) -> None:
        """Handle `tablecast.resumed.v1`."""
        self._results = results
        for buffer in self._buffers.values():
            buffer.held, buffer.new = [], buffer.held + buffer.new

    def acknowledged(self, positions: Positions) -> None:
        """Handle `tablecast.subscribed.v1`: the replay is complete."""
        self._positions = positions

    @property
    def is_acknowledged(self) -> bool:
        """True if the replay is complete."""
        return self._positions is not None

    def release(self, subscription: SubscriptionState, connection: int, gaps: Set[str]) -> list[Delivery]:
        """Deliver, to one of the subscriptions, the events that no missing event can precede.

        `gaps`: the sources whose gaps an earlier message has just reported.
        """
        buffer = self._buffers[subscription]
        new, buffer.new = buffer.new, []
        if self._positions is not None:
            was_live = subscription in self._live
            return subscription.catch_up(self._positions, self._results, buffer.held + new, was_live, connection, gaps)
        deliveries: list[Delivery] = []
        for event, is_in_order in [(event, self._is_in_order(event, subscription)) for event in new]:
            if is_in_order:
                deliveries += subscription.receive(event, connection)
            else:
                buffer.held.append(event)
        return deliveries

    def _is_in_order(self, event: Event[Any], subscription: SubscriptionState) -> bool:
        """Return whether the event belongs to the replay of this subscription, and arrived in order."""
        result = self._results.get(event.source)
        end = result.position if result else None
        position = parse_position(event.position)
        if not self._is_first or not end or not position:
            return False
        is_replayed = end.epoch == position.epoch and position.offset <= end.offset
        return is_replayed and subscription.progress.has_source(event.source)
