"""Handles the control events of one connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..protocol.control import (
    ConnectionRefused,
    Control,
    ErrorReply,
    Pong,
    Reconnect,
    Refreshed,
    Resumed,
    StateReply,
    Subscribed,
    Unsubscribed,
    parse_control,
)
from ..protocol.event import Event
from ..protocol.message import Action
from .event_router import EventRouter
from .heartbeat import Heartbeat
from .requests import Request, Requests
from .token_refresh import TokenRefresh
from .unusable import Unusable

_PERMANENT_ERRORS = ("bad-message", "unknown-action", "message-too-large")  # The same message would get them again.

_ANSWERS: dict[type[Control], Action] = {
    Subscribed: "subscribe",
    Unsubscribed: "unsubscribe",
    StateReply: "state",
    Pong: "ping",
    Refreshed: "refresh",
}


@dataclass(frozen=True)
class Parts:
    """The parts of a connection that react to control events."""

    requests: Requests
    router: EventRouter
    heartbeat: Heartbeat
    token_refresh: TokenRefresh
    request_move: Callable[[float], None]


class ControlHandler:
    """Passes control events to the parts of a connection. Raises `Unusable` if the connection cannot go on."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def received(self, event: Event[Any], now: float) -> None:
        """Handle a control event. Those of unknown types are ignored."""
        control = parse_control(event)
        if control is not None:
            self._handle(control, self._request(control), now)

    def _request(self, control: Control) -> Request | None:
        """Return the request of a reply. Only its answer or an error completes it."""
        requests = self._parts.requests
        if isinstance(control, ErrorReply):
            return requests.complete(control.request)
        action = _ANSWERS.get(type(control))
        return requests.complete(control.request, action) if action else requests.get(control.request)

    def _handle(self, control: Control, request: Request | None, now: float) -> None:
        parts = self._parts
        if isinstance(control, Resumed):
            parts.router.resumed(request, control.results)
        elif isinstance(control, Subscribed):
            parts.router.subscribed(request, control)
        elif isinstance(control, StateReply):
            parts.router.page(request, control, now)
        elif isinstance(control, Pong):
            parts.heartbeat.pong(request, control.positions, now)
        elif isinstance(control, Refreshed):
            self._refreshed(control, now)
        elif isinstance(control, ErrorReply):
            self._failed(request, control, now)
        elif isinstance(control, Reconnect):
            parts.request_move(now)
        elif isinstance(control, ConnectionRefused):
            raise Unusable(_refusal(control))

    def _refreshed(self, reply: Refreshed, now: float) -> None:
        if reply.remaining is not None:
            self._parts.token_refresh.schedule(now + reply.remaining, now)
        for subject in reply.removed:
            self._parts.router.refuse(subject, "not-granted")

    def _failed(self, request: Request | None, error: ErrorReply, now: float) -> None:
        action = request.action if request else None
        if action == "ping" and error.code == "unavailable":
            self._parts.heartbeat.unavailable()
        elif action == "refresh" and error.code == "unavailable":
            self._parts.token_refresh.retry(now)
        elif request and action == "state" and not error.closing and error.code in (*_PERMANENT_ERRORS, "unavailable"):
            reason = error.code if error.code == "unavailable" else error.message
            self._parts.router.page_failed(request, reason, now)
        elif request and action == "subscribe" and not error.closing and error.code in _PERMANENT_ERRORS:
            self._parts.router.rejected(request, error.message)
        else:
            raise Unusable(f"{error.code}: {error.message}")


_REFUSAL_ADVICE = {
    400: " (check the path and the parameters of the option url)",
    401: " (check what the option token returns)",
    403: " (check what the option token returns, and the server's list of origins)",
}


def _refusal(refused: ConnectionRefused) -> str:
    advice = _REFUSAL_ADVICE.get(refused.status, "")
    return f"the server refused the connection ({refused.status} {refused.reason}): {refused.message}{advice}"
