"""Sends subscribe and unsubscribe messages until the server has the subscriptions of the application."""

from __future__ import annotations

from collections.abc import Iterable

from ..protocol.position import Positions
from .loader import Loader
from .ordered_set import OrderedSet
from .requests import Requests
from .server_subscriptions import ServerSubscriptions
from .subscribe_message import fits, joint, overlapping, subscribe_message
from .subscription_state import SubscriptionState
from .timing import NEVER


class SubscriptionSync:
    """Compares the subscriptions of the application with those of one connection.

    While one message waits for its reply, or the pace allows none, others wait. The next one has all of them.
    """

    def __init__(self, wanted: OrderedSet[SubscriptionState], server: ServerSubscriptions, requests: Requests) -> None:
        self._wanted = wanted
        self._server = server
        self._requests = requests
        self._behind: set[SubscriptionState] = set()  # May have lost events, so they must resume.

    def sync_all(self, now: float) -> None:
        """Send what is missing at the server."""
        self._remove_unwanted(now)
        self._subscribe(self._wanted, now)
        for subscription, loader in self._loadable:
            if now >= max(loader.load_at, self._requests.pace.allowed_at):
                self._requests.send(loader.request(), now, loading=subscription)

    @property
    def wake_at(self) -> float:
        """When the messages that wait may be sent, or when to request state."""
        load_at = min((loader.load_at for _, loader in self._loadable), default=NEVER)
        return min(self._requests.pace.wake_at, max(load_at, self._requests.pace.allowed_at))

    def sync_started(self, now: float) -> None:
        """Leave out the subscriptions that have not started. They start on the current connection."""
        self._remove_unwanted(now)
        self._subscribe(self._started, now)

    def check_for_lost_events(self, log_ends: Positions) -> bool:
        """Let the next syncs resume the subscriptions that may have lost events.

        Return whether it could check: not during another replay.
        """
        if self._server.is_pending:
            return False
        self._behind.update(one for one in self._server.requested if one.is_behind(log_ends))
        return True

    @property
    def _started(self) -> list[SubscriptionState]:
        return [one for one in self._wanted if one.has_started]

    @property
    def _loadable(self) -> list[tuple[SubscriptionState, Loader]]:
        """The collections whose subscription is live, without a request of state."""
        current = [one for one in self._wanted if self._server.is_current(one) and not self._requests.is_loading(one)]
        return [(one, one.loader) for one in current if one.loader]

    def _subscribe(self, among: Iterable[SubscriptionState], now: float) -> None:
        """Send one message with as many of the missing subscriptions as it can have."""
        missing = [one for one in among if one not in self._server.requested or one in self._behind]
        if not missing or self._requests.must_wait(now):
            return
        groups: list[list[SubscriptionState]] = []
        grouped: set[SubscriptionState] = set()
        started = self._started
        for one in missing:
            if one not in grouped:
                groups.append(overlapping(one, started) if one.has_started else [one])
                grouped.update(groups[-1])
        subscriptions = joint(groups, self._wanted)
        self._behind.difference_update(subscriptions)
        pending = self._server.add(subscriptions)
        self._requests.send(subscribe_message(subscriptions, self._wanted), now, subscriptions, pending)

    def _remove_unwanted(self, now: float) -> None:
        """Keep the subjects that another subscription has too."""
        for pending in self._server.pending:
            pending.retain(lambda one: one in self._wanted)
        self._requests.pace.is_waiting = False
        unwanted = [one for one in self._server.requested if one not in self._wanted]
        if not unwanted or self._requests.must_wait(now):
            return
        subjects: dict[str, None] = {}
        for subscription in unwanted:
            own = subscription.filter.subjects
            if subjects and not fits([*subjects, *own]):
                break
            self._server.delete(subscription)
            self._behind.discard(subscription)
            subjects.update((subject, None) for subject in own if not self._server.has_subject(subject))
        if subjects:
            self._requests.send({"action": "unsubscribe", "subjects": list(subjects)}, now)
