"""The subscriptions that one connection has at the server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..protocol.event import Event
from ..protocol.filter import EventFilter
from .ordered_set import OrderedSet
from .pending_subscribe import PendingSubscribe
from .subscription_state import SubscriptionState


class ServerSubscriptions:
    """Records subscribe and unsubscribe messages."""

    def __init__(self) -> None:
        self.requested: OrderedSet[SubscriptionState] = OrderedSet()
        """Sent in a subscribe."""
        self.live: OrderedSet[SubscriptionState] = OrderedSet()
        """Caught up: the server sends every event."""
        self.pending: OrderedSet[PendingSubscribe] = OrderedSet()
        self._ever_requested: set[str] = set()  # Subjects. Their events may still arrive.
        # The subjects that the server refused on this connection. Events of them can arrive for another subscription.
        self._refused: dict[SubscriptionState, set[str]] = {}

    def add(self, subscriptions: Sequence[SubscriptionState]) -> PendingSubscribe:
        """Record a subscribe message."""
        known = EventFilter(self._ever_requested, None)
        is_first = not any(one.filter.overlaps(known) for one in subscriptions)
        pending = PendingSubscribe(subscriptions, is_first, frozenset(self.live))
        self.requested |= OrderedSet(subscriptions)
        for subscription in subscriptions:
            self._ever_requested.update(subscription.filter.subjects)
            self._refused.pop(subscription, None)
        self.pending.add(pending)
        return pending

    def refuse(self, subscription: SubscriptionState, subject: str) -> None:
        """Record that the server refused a subject. The subscription stays live with its others."""
        refused = self._refused.setdefault(subscription, set())
        refused.add(subject)
        if refused.issuperset(subscription.filter.subjects):
            self.live.discard(subscription)
        for pending in self.pending:
            pending.retain_events(subscription, lambda event: self.matches(subscription, event))

    def matches(self, subscription: SubscriptionState, event: Event[Any]) -> bool:
        """Return whether the subscription receives the event, if the server grants its subject."""
        return subscription.filter.matches(event, self._refused.get(subscription, ()))

    def delete(self, subscription: SubscriptionState) -> None:
        """Record an unsubscribe message."""
        self.requested.discard(subscription)
        self.live.discard(subscription)
        self._refused.pop(subscription, None)

    def has_subject(self, subject: str) -> bool:
        """Return whether a subscription has the subject."""
        return any(subject in one.filter.subjects for one in self.requested)

    def complete(self, pending: PendingSubscribe) -> None:
        """Record that every subscription of an acknowledged subscribe is caught up."""
        self.pending.discard(pending)
        self.live |= OrderedSet(pending.subscriptions)

    def latest_pending(self, subscription: SubscriptionState) -> PendingSubscribe | None:
        """Return the latest subscribe of a subscription that is not caught up.

        On a connection that prepares, an earlier one can be acknowledged, and wait for the move.
        """
        return next((pending for pending in reversed(list(self.pending)) if pending.has(subscription)), None)

    def is_current(self, subscription: SubscriptionState) -> bool:
        """Return whether the server has the subscription, and no subscribe message waits."""
        return subscription in self.requested and not self.latest_pending(subscription)

    @property
    def is_pending(self) -> bool:
        """True while a subscription is not caught up."""
        return len(self.pending) > 0

    def is_caught_up(self, wanted: Iterable[SubscriptionState], current: ServerSubscriptions) -> bool:
        """Return whether all of them are acknowledged. One that the server refused on `current` does not count."""
        necessary = [one for one in wanted if one.has_started or not current.is_current(one)]
        return all(one in self.requested for one in necessary) and all(one.is_acknowledged for one in self.pending)
