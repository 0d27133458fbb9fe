"""The state machine of the client."""

from __future__ import annotations

from collections.abc import Callable

from ..protocol.event import Decode
from .connection import Connection
from .connections import Connections
from .context import Context
from .effect import Effect, State, StateChanged
from .subscription_state import SubscriptionConfig, SubscriptionState
from .timing import NEVER, Timing
from .unusable import Unusable


class Machine:
    """Each input has a time (s) and returns the effects to run. The machine has no clock and no sockets."""

    def __init__(self, timing: Timing, random: Callable[[], float], decode: Decode | None = None) -> None:
        self._context = Context(timing, random)
        self._decode = decode
        self._connections = Connections(self._context)
        self._is_closed = False
        self._state: State = "waiting"

    @property
    def state(self) -> State:
        """The current state."""
        return self._state

    @property
    def wake_at(self) -> float:
        """When to call `tick` at the latest."""
        return self._connections.wake_at

    def start(self, now: float) -> list[Effect]:
        """Open the first connection."""
        self._connections.start(now)
        return self.tick(now)

    def close(self, now: float) -> list[Effect]:
        """Close the connections, for good."""
        reason = "closed by the application"
        self._is_closed = True
        self._connections.close_all(reason)
        return self._finish(reason, now)

    def create_subscription(self, config: SubscriptionConfig) -> SubscriptionState:
        """Return a subscription for `subscribe`."""
        return SubscriptionState(config, self._decode)

    def subscribe(self, subscription: SubscriptionState, now: float) -> list[Effect]:
        """Add a subscription."""
        self._context.subscriptions.add(subscription)
        return self._finish("subscription added", now)

    def unsubscribe(self, subscription: SubscriptionState, now: float) -> list[Effect]:
        """Remove a subscription."""
        self._context.subscriptions.discard(subscription)
        return self._finish("subscription closed", now)

    def opened(self, number: int, expires_at: float | None, now: float) -> list[Effect]:
        """Handle an open connection, and the time at which its token expires."""
        return self._change(number, "connected", now, lambda connection: connection.opened(expires_at, now))

    def received(self, number: int, frame: str, now: float) -> list[Effect]:
        """Handle a frame."""
        return self._change(number, "caught up", now, lambda connection: connection.received(frame, now))

    def disconnected(self, number: int, reason: str, now: float) -> list[Effect]:
        """Handle a connection that ended or could not be opened."""

        def end(_: Connection) -> None:
            raise Unusable(reason)

        return self._change(number, reason, now, end)

    def token_received(self, number: int, token: str, now: float) -> list[Effect]:
        """Handle a new token."""
        return self._change(number, "token received", now, lambda connection: connection.token_received(token, now))

    def token_failed(self, number: int, now: float) -> list[Effect]:
        """Handle a failed attempt to get a token."""
        return self._change(number, "no token", now, lambda connection: connection.token_failed(now))

    def woke(self, now: float) -> list[Effect]:
        """Reconnect at once, or ping: the network or the machine may have been away."""
        self._connections.retry_now(now)
        return self.tick(now)

    def tick(self, now: float) -> list[Effect]:
        """Do what is due."""
        reason = self._connections.tick(now)
        return self._finish(reason or "scheduled", now)

    def _change(self, number: int, reason: str, now: float, action: Callable[[Connection], None]) -> list[Effect]:
        connection = self._connections.find(number)
        end_reason = self._connections.attempt(connection, now, action) if connection else None
        return self._finish(end_reason or reason, now)

    def _finish(self, reason: str, now: float) -> list[Effect]:
        """Run after every input. Return its effects."""
        connections = self._connections
        current, following = connections.current, connections.next
        if current:
            current.proceed(now)
        if following:
            following.prepare(now)
        if current and following and following.can_replace(current):
            connections.move(current, following, now)
            # A refused subscription, which it requests now, does not change the state.
            following.live_since = now
            following.proceed(now)
        self._report_state(reason)
        effects = list(self._context.effects)
        self._context.effects.clear()
        return effects

    def _report_state(self, reason: str) -> None:
        state = self._current_state()
        if state != self._state:
            self._state = state
            self._context.effects.append(StateChanged(state, reason))

    def _current_state(self) -> State:
        current = self._connections.current
        if self._is_closed:
            return "closed"
        if not current:
            return "waiting"
        if not current.is_open:
            return "connecting"
        if current.live_since == NEVER:
            return "subscribing"
        return "moving" if self._connections.next else "live"
