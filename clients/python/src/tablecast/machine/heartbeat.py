"""Pings of one connection."""

from __future__ import annotations

from ..protocol.position import Positions
from .event_router import EventRouter
from .pong_history import PongHistory
from .requests import Request, Requests
from .subscription_sync import SubscriptionSync
from .timing import NEVER, Timing


class Heartbeat:
    """Pings the server. The pongs advance subscriptions, or show that events may be lost."""

    def __init__(self, timing: Timing, requests: Requests, router: EventRouter, sync: SubscriptionSync) -> None:
        self._timing = timing
        self._requests = requests
        self._router = router
        self._sync = sync
        self._ping_at = NEVER
        self._check_at = NEVER
        self._may_have_lost_events = False
        self._pongs = PongHistory()

    def start(self, now: float) -> None:
        """Start after the connection has opened."""
        self._ping_at = now + self._timing.ping_every
        self._check_at = now + self._timing.check_every

    @property
    def wake_at(self) -> float:
        """When to ping."""
        return self._ping_at

    def ping_soon(self, now: float) -> None:
        """Ping at once, unless a ping waits for its pong."""
        if not self._requests.is_waiting_for("ping"):
            self._ping_at = now

    def tick(self, now: float) -> None:
        """Ping, if it is time."""
        if now >= self._ping_at:
            self.ping(now)

    def ping(self, now: float) -> None:
        """Send a ping."""
        self._ping_at = now + self._timing.ping_every
        self._requests.send({"action": "ping"}, now, live=self._router.live)

    def pong(self, ping: Request | None, log_ends: Positions, now: float) -> None:
        """Handle a reply to a ping."""
        if ping and ping.live is not None:
            self._router.listed(log_ends, ping.live)
        if self._may_have_lost_events:
            self._check(log_ends, now)
        else:
            self._router.advance_to(self._pongs.delivered_to(log_ends, now))
        if not self._may_have_lost_events:
            self._pongs.add(log_ends, now)

    def unavailable(self) -> None:
        """Handle an `unavailable` reply to a ping.

        The connection works, but a server that cannot read its tables may also have failed to send events.
        """
        self._may_have_lost_events = True
        self._pongs.clear()

    def _check(self, log_ends: Positions, now: float) -> None:
        if now >= self._check_at and self._sync.check_for_lost_events(log_ends):
            self._check_at = now + self._timing.check_every
            self._may_have_lost_events = False
