"""The actions that the machine requests. Connections have numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Union

from ..protocol.message import Message
from .delivery import Delivery

if TYPE_CHECKING:
    from .subscription_state import SubscriptionState

State = Literal["connecting", "subscribing", "live", "moving", "waiting", "closed"]
"""The states of a client: README.md describes them."""


@dataclass(frozen=True)
class Open:
    """Get a token and open a connection, then call `opened` or `disconnected`."""

    connection: int


@dataclass(frozen=True)
class Send:
    """Send a message."""

    connection: int
    message: Message


@dataclass(frozen=True)
class Close:
    """Close the connection and ignore everything that still arrives on it."""

    connection: int
    reason: str


@dataclass(frozen=True)
class GetToken:
    """Get a new token, then call `token_received` or `token_failed`."""

    connection: int


@dataclass(frozen=True)
class Deliver:
    """Give a delivery to the application."""

    subscription: SubscriptionState
    delivery: Delivery


@dataclass(frozen=True)
class Confirm:
    """The server confirmed the subscription, and it is caught up."""

    subscription: SubscriptionState


@dataclass(frozen=True)
class StateChanged:
    """The client has another state."""

    state: State
    reason: str


Effect = Union[Open, Send, Close, GetToken, Deliver, Confirm, StateChanged]
