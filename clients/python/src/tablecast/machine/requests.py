"""The messages of one connection that wait for a reply."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from ..protocol.message import Action, Message
from .effect import Effect, Send
from .pace import Pace
from .pending_subscribe import PendingSubscribe
from .subscription_state import SubscriptionState
from .timing import NEVER, REPLY_TIMEOUTS


@dataclass(frozen=True)
class Request:
    """A message, and the subscriptions that it concerns."""

    action: Action
    deadline: float
    """When the reply is too late (s)."""
    subscriptions: Sequence[SubscriptionState] = ()
    pending: PendingSubscribe | None = None
    live: Set[SubscriptionState] | None = None
    """Those that were live when a ping was sent."""
    loading: SubscriptionState | None = None
    """The one whose state is requested. It can subscribe and unsubscribe meanwhile."""


class Requests:
    """Sends messages, and finds the one that a reply belongs to."""

    def __init__(self, connection: int, effects: list[Effect]) -> None:
        self._connection = connection
        self._effects = effects
        self._requests: dict[str, Request] = {}
        self._count = 0
        self.pace = Pace()
        self.is_answered = False
        """True after the first reply. So the server has not refused the connection."""

    def send(
        self,
        message: Message,
        now: float,
        subscriptions: Sequence[SubscriptionState] = (),
        pending: PendingSubscribe | None = None,
        live: Set[SubscriptionState] | None = None,
        loading: SubscriptionState | None = None,
    ) -> None:
        """Send a message, with a new id."""
        self._count += 1
        self.pace.sent(now)
        message["id"] = f"{self._count}"
        action = message["action"]
        deadline = now + REPLY_TIMEOUTS[action]
        self._requests[message["id"]] = Request(action, deadline, subscriptions, pending, live, loading)
        self._effects.append(Send(self._connection, message))

    def get(self, request_id: str | None) -> Request | None:
        """Return a request that waits for a reply."""
        return self._requests.get(request_id or "")

    def complete(self, request_id: str | None, action: Action | None = None) -> Request | None:
        """Return the request that this reply completes. With an action, it completes no other one."""
        request = self.get(request_id)
        if request is None or action not in (None, request.action):
            return None
        del self._requests[request_id or ""]
        self.is_answered = True
        return request

    def must_wait(self, now: float) -> bool:
        """Return whether the next subscribe or unsubscribe must wait: for the pace, or for the reply to another one.

        The server handles messages concurrently, and each one changes the same connection.
        """
        must_wait = self.pace.must_wait(now)
        return must_wait or self.is_waiting_for("subscribe") or self.is_waiting_for("unsubscribe")

    def is_loading(self, subscription: SubscriptionState) -> bool:
        """Return whether a request of its state waits for the reply."""
        return any(request.loading is subscription for request in self._requests.values())

    @property
    def has_sent(self) -> bool:
        """True after the first message."""
        return self._count > 0

    def is_waiting_for(self, action: Action) -> bool:
        """Return whether such a message waits for its reply."""
        return any(request.action == action for request in self._requests.values())

    def timed_out(self, now: float) -> Request | None:
        """Return a request whose reply is too late."""
        return next((request for request in self._requests.values() if now >= request.deadline), None)

    @property
    def deadline(self) -> float:
        """When the next reply is too late."""
        return min((request.deadline for request in self._requests.values()), default=NEVER)
