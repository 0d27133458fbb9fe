"""One connection, from the attempt to open it."""

from __future__ import annotations

from ..protocol.control import is_control
from ..protocol.frame import parse_frame
from .context import Context
from .control_handler import ControlHandler, Parts
from .effect import Open
from .event_router import EventRouter
from .heartbeat import Heartbeat
from .requests import Requests
from .server_subscriptions import ServerSubscriptions
from .subscription_sync import SubscriptionSync
from .timing import CONNECT_TIMEOUT, NEVER, REPLY_TIMEOUTS, random_between
from .token_refresh import TokenRefresh
from .unusable import Unusable


class Connection:
    """The state of one connection. A method raises an error if the connection is not usable any more."""

    def __init__(self, number: int, context: Context, now: float) -> None:
        self.number = number
        self.is_open = False
        self.live_since = NEVER
        """When the server had replied, and all subscriptions were caught up, for the first time."""
        self.move_at = NEVER
        """When to move to a new connection."""
        self._context = context
        self._open_by = now + CONNECT_TIMEOUT
        self._server = ServerSubscriptions()
        self._requests = Requests(number, context.effects)
        self._router = EventRouter(context.effects, self._server, number)
        self._sync = SubscriptionSync(context.subscriptions, self._server, self._requests)
        self._heartbeat = Heartbeat(context.timing, self._requests, self._router, self._sync)
        self._token_refresh = TokenRefresh(number, context)
        parts = Parts(self._requests, self._router, self._heartbeat, self._token_refresh, self._request_move)
        self._control = ControlHandler(parts)
        context.effects.append(Open(number))

    def opened(self, expires_at: float | None, now: float) -> None:
        """Handle the open connection."""
        self.is_open = True
        self._open_by = NEVER
        self._heartbeat.start(now)
        self.move_at = now + random_between(*self._context.timing.leave_after, self._context.random)
        self._token_refresh.schedule(expires_at, now)

    def received(self, frame: str, now: float) -> None:
        """Handle a frame."""
        for event in parse_frame(frame):
            if is_control(event):
                self._control.received(event, now)
            elif event.snapshot:
                self._router.item(self._requests.get(event.snapshot), event)
            else:
                self._router.event(event)

    def token_received(self, token: str, now: float) -> None:
        """Send a new token."""
        self._requests.send({"action": "refresh", "token": token}, now)

    def token_failed(self, now: float) -> None:
        """Request a token again, later."""
        self._token_refresh.retry(now)

    def ping_soon(self, now: float) -> None:
        """Check the connection."""
        if self.is_open:
            self._heartbeat.ping_soon(now)

    @property
    def wake_at(self) -> float:
        """When to call `tick` at the latest. `move_at` counts for the current connection only."""
        times = (self._heartbeat.wake_at, self._token_refresh.wake_at, self._requests.deadline, self._sync.wake_at)
        return min(self._open_by, *times)

    def tick(self, now: float) -> None:
        """Do what is due."""
        if now >= self._open_by:
            raise Unusable(f"the connection did not open within {CONNECT_TIMEOUT:.0f} s")
        request = self._requests.timed_out(now)
        if request:
            raise Unusable(f"no reply to {request.action} within {REPLY_TIMEOUTS[request.action]:.0f} s")
        self._heartbeat.tick(now)
        self._token_refresh.tick(now)

    def proceed(self, now: float) -> None:
        """Proceed as the current connection: deliver events and subscribe. Releases buffered events first.

        So a subscription that has just started resumes together with those that overlap it.
        """
        if self.is_open:
            self._router.release()
            self._sync.sync_all(now)
            self._greet(now)
            if not self._server.is_pending and self._requests.is_answered:
                self.live_since = min(self.live_since, now)

    def prepare(self, now: float) -> None:
        """Proceed as the next connection: catch up without deliveries."""
        if self.is_open:
            self._sync.sync_started(now)
            self._greet(now)

    def can_replace(self, current: Connection) -> bool:
        """Return whether the connection can replace the current one."""
        wanted = self._context.subscriptions
        return self._requests.is_answered and self._server.is_caught_up(wanted, current._server)

    def _greet(self, now: float) -> None:
        """Send a message: the server sends the reason of a refusal after the first one."""
        if not self._requests.has_sent:
            self._heartbeat.ping(now)

    def _request_move(self, now: float) -> None:
        self.move_at = now
