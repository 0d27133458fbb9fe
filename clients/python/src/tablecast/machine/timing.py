"""Times in seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..protocol.message import Action

NEVER = float("inf")


@dataclass(frozen=True)
class Timing:
    """The intervals that an application can choose."""

    ping_every: float = 240.0
    """Interval of pings. API Gateway closes a connection after 10 minutes without a message."""
    check_every: float = 300.0
    """Shortest time between two checks for lost events, which follow an `unavailable` reply to a ping."""
    leave_after: tuple[float, float] = (5_400.0, 6_900.0)
    """Age at which a connection is replaced, random between the two. API Gateway closes it after two hours."""


CONNECT_TIMEOUT = 30.0
"""Longest wait for an open connection. The functions of the server have half a minute."""

REPLY_TIMEOUTS: dict[Action, float] = {
    "subscribe": 60.0,
    "unsubscribe": 30.0,
    "ping": 10.0,
    "refresh": 30.0,
    "state": 60.0,
}
"""Longest wait for a reply."""

MIN_UPTIME = 10.0
"""A connection that was live for so long resets the backoff."""

TOKEN_RETRY = 10.0
"""Delay before the client requests a token again."""


def random_between(least: float, most: float, random: Callable[[], float]) -> float:
    """Return a random time between two times."""
    return least + random() * (most - least)
