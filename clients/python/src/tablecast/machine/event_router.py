"""Routes everything that arrives on one connection to its subscriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from ..errors import InvalidEvent
from ..protocol.control import StateReply, Subscribed
from ..protocol.event import Event
from ..protocol.position import Positions
from ..protocol.sources import ResumeResults
from .delivery import Delivery, Gap
from .effect import Confirm, Deliver, Effect
from .requests import Request
from .server_subscriptions import ServerSubscriptions
from .subscription_state import SubscriptionState


class EventRouter:
    """Delivers events to live subscriptions, and buffers them for pending ones."""

    def __init__(self, effects: list[Effect], server: ServerSubscriptions, connection: int) -> None:
        self._effects = effects
        self._server = server
        self._connection = connection

    def event(self, event: Event[Any]) -> None:
        """Deliver an event to live subscriptions, and buffer it for pending ones.

        The latest subscribe of a subscription buffers it: it may replay the event.
        """
        for subscription in self._server.requested:
            if self._server.matches(subscription, event):
                pending = self._server.latest_pending(subscription)
                if pending:
                    pending.buffer(subscription, event)
                else:
                    self._deliver(subscription, subscription.receive(event, self._connection))

    def item(self, request: Request | None, event: Event[Any]) -> None:
        """Handle an event of the state that this request requested."""
        if request and request.loading and request.loading.loader:
            decoded = request.loading.decode(event)
            error = decoded if isinstance(decoded, InvalidEvent) else None
            shown = event if isinstance(decoded, InvalidEvent) else decoded
            self._push(request.loading, request.loading.loader.item(shown, error))

    def page(self, request: Request | None, reply: StateReply, now: float) -> None:
        """Handle the end of a page."""
        if request and request.loading and request.loading.loader:
            self._push(request.loading, request.loading.loader.page(reply, now))

    def page_failed(self, request: Request, reason: str, now: float) -> None:
        """Handle an error in place of a page."""
        if request.loading and request.loading.loader:
            self._push(request.loading, request.loading.loader.failed(reason, now))

    def release(self) -> None:
        """Deliver the buffered events that can be delivered, and confirm the subscriptions that are caught up.

        After a move, two messages can have the same subscription.
        """
        gaps: dict[SubscriptionState, set[str]] = {}
        for pending in self._server.pending:
            for subscription in pending.subscriptions:
                reported = gaps.setdefault(subscription, set())
                deliveries = pending.release(subscription, self._connection, reported)
                reported.update(one.source for one in deliveries if isinstance(one, Gap))
                self._deliver(subscription, deliveries)
            if pending.is_acknowledged:
                self._server.complete(pending)
                self._effects += [Confirm(subscription) for subscription in pending.subscriptions]

    def resumed(self, request: Request | None, results: ResumeResults) -> None:
        """Handle the start of a replay."""
        if request and request.pending:
            request.pending.resumed(results)

    def subscribed(self, request: Request | None, reply: Subscribed) -> None:
        """Handle the end of a replay. A subscription of which every subject was refused gets no confirmation."""
        for subject, reason in reply.refused:
            self.refuse(subject, reason)
        if request and request.pending:
            request.pending.acknowledged(reply.positions)
            request.pending.retain(lambda one: any(subject in reply.granted for subject in one.filter.subjects))

    def rejected(self, request: Request, reason: str) -> None:
        """Refuse subjects: the server rejected the subscribe message, and would reject it again.

        Other subscriptions to these subjects stay.
        """
        for subject in [subject for one in request.subscriptions for subject in one.filter.subjects]:
            self.refuse(subject, reason, request.subscriptions)
        if request.pending:
            request.pending.acknowledged({})
            request.pending.retain(lambda _: False)

    def refuse(self, subject: str, reason: str, subscriptions: Iterable[SubscriptionState] | None = None) -> None:
        """Report a refused subject to its subscriptions, or to those of the given ones."""
        for subscription in self._server.requested if subscriptions is None else subscriptions:
            if subject in subscription.filter.subjects:
                self._deliver(subscription, subscription.refuse(subject, reason))
                self._server.refuse(subscription, subject)

    def listed(self, positions: Positions, live_at_ping: Set[SubscriptionState]) -> None:
        """Handle the sources of a pong. The server may not have had those of other subscriptions yet."""
        if self._server.is_pending or not positions:
            return
        for subscription in self._server.live:
            if subscription in live_at_ping:
                self._deliver(subscription, subscription.listed(positions))

    @property
    def live(self) -> Set[SubscriptionState]:
        """A copy of the subscriptions that are caught up."""
        return frozenset(self._server.live)

    def advance_to(self, positions: Positions) -> None:
        """Record that every event up to these positions arrived. During a replay this is not certain."""
        if not self._server.is_pending:
            for subscription in self._server.live:
                self._deliver(subscription, subscription.advance_to(positions))

    def _deliver(self, subscription: SubscriptionState, deliveries: Sequence[Delivery]) -> None:
        """Deliver. A collection makes other deliveries of them."""
        loader = subscription.loader
        if loader:
            deliveries = [other for delivery in deliveries for other in loader.receive(delivery)]
        self._push(subscription, deliveries)

    def _push(self, subscription: SubscriptionState, deliveries: Sequence[Delivery]) -> None:
        self._effects += [Deliver(subscription, delivery) for delivery in deliveries]
