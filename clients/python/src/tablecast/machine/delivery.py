"""The items that a subscription receives, in order."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Union

from ..protocol.event import Event
from ..protocol.position import Positions


@dataclass(frozen=True)
class Gap:
    """Events may be missing at this point. Fetch the current state, then continue."""

    source: str
    """For example `tablecast/orders/acme`, or `tablecast/orders/*` if the subscription is wider than a channel."""
    reason: str
    """`trimmed`, `epoch-changed`, `too-much`, `too-wide`, `quota-exceeded` or `position-unknown`."""


@dataclass(frozen=True)
class Late:
    """The event is older than one of its subject that was sent before. It is no news."""

    event: Event[Any]


@dataclass(frozen=True)
class Failed:
    """An error for the application."""

    error: Exception


@dataclass(frozen=True)
class Start:
    """The subscription starts at these positions."""

    positions: Positions


@dataclass(frozen=True)
class Advance:
    """Every matching event up to these positions was delivered."""

    positions: Positions


@dataclass(frozen=True)
class Sources:
    """The subscription has these sources. The positions of others have no use any more."""

    sources: Set[str]


@dataclass(frozen=True)
class Changed:
    """Items of a collection changed, or its status."""

    subjects: Sequence[str] = ()
    replaced: bool = False
    """True if a snapshot replaced all items."""


Delivery = Union[Event[Any], Late, Gap, Failed, Start, Advance, Sources, Changed]
"""Only events, gaps, errors and, on request, late events reach the application."""
