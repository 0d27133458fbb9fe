"""Sends subscribe and unsubscribe messages until the server has the subscriptions of the application."""

from __future__ import annotations

from collections.abc import Sequence

from ..protocol.position import Positions
from .loader import Loader
from .ordered_set import OrderedSet
from .requests import Requests
from .server_subscriptions import ServerSubscriptions
from .subscribe_message import overlapping, subscribe_message
from .subscription_state import SubscriptionState
from .timing import NEVER


class SubscriptionSync:
    """Compares the subscriptions of the application with those of one connection."""

    def __init__(self, wanted: OrderedSet[SubscriptionState], server: ServerSubscriptions, requests: Requests) -> None:
        self._wanted = wanted
        self._server = server
        self._requests = requests

    def sync_all(self, now: float) -> None:
        """Send what is missing at the server."""
        self._remove_unwanted(now)
        for subscription in self._wanted:
            if subscription in self._server.requested:
                continue
            if subscription.has_started:
                self._resume(subscription, now)
            else:
                self._subscribe([subscription], now)
        for subscription, loader in self._loadable:
            if now >= loader.load_at:
                self._requests.send(loader.request(), now, loading=subscription)

    @property
    def wake_at(self) -> float:
        """When to request state."""
        return min((loader.load_at for _, loader in self._loadable), default=NEVER)

    def sync_started(self, now: float) -> None:
        """Leave out the subscriptions that have not started. They start on the current connection."""
        self._remove_unwanted(now)
        for subscription in self._wanted:
            if subscription.has_started and subscription not in self._server.requested:
                self._resume(subscription, now)

    def check_for_lost_events(self, log_ends: Positions, now: float) -> bool:
        """Resume the subscriptions that may have lost events. Return whether it could: not during another replay."""
        if self._server.is_pending:
            return False
        for subscription in self._server.requested:
            if subscription.is_behind(log_ends):
                self._resume(subscription, now)
        return True

    @property
    def _loadable(self) -> list[tuple[SubscriptionState, Loader]]:
        """The collections whose subscription is live, without a request of state."""
        current = [one for one in self._wanted if self._server.is_current(one) and not self._requests.is_loading(one)]
        return [(one, one.loader) for one in current if one.loader]

    def _resume(self, subscription: SubscriptionState, now: float) -> None:
        self._subscribe(overlapping(subscription, [one for one in self._wanted if one.has_started]), now)

    def _subscribe(self, subscriptions: Sequence[SubscriptionState], now: float) -> None:
        if any(self._requests.is_busy_with(one) for one in subscriptions):
            return
        pending = self._server.add(subscriptions)
        self._requests.send(subscribe_message(subscriptions, self._wanted), now, subscriptions, pending)

    def _remove_unwanted(self, now: float) -> None:
        for subscription in self._server.requested:
            if subscription not in self._wanted:
                self._unsubscribe(subscription, now)

    def _unsubscribe(self, subscription: SubscriptionState, now: float) -> None:
        """Keep the subjects that another subscription has too."""
        for pending in self._server.pending:
            pending.retain(lambda other: other is not subscription)
        if self._requests.is_busy_with(subscription):
            return
        self._server.delete(subscription)
        subjects = [subject for subject in subscription.filter.subjects if not self._server.has_subject(subject)]
        if subjects:
            self._requests.send({"action": "unsubscribe", "subjects": subjects}, now, [subscription])
