"""The part of a subscription that a collection adds."""

from __future__ import annotations

from typing import Any, Protocol

from ..errors import InvalidEvent
from ..protocol.control import StateReply
from ..protocol.event import Event
from ..protocol.message import StateRequest
from .delivery import Delivery


class Loader(Protocol):
    """Loads the state of the subjects. Each method with deliveries returns those that follow."""

    @property
    def load_at(self) -> float:
        """When to request the next page of the state (s)."""

    def request(self) -> StateRequest:
        """Return the message that requests it."""

    def item(self, event: Event[Any], error: InvalidEvent | None) -> list[Delivery]:
        """Handle an event of the requested state. With an error, it does not match its model."""

    def page(self, reply: StateReply, now: float) -> list[Delivery]:
        """Handle the end of a page."""

    def failed(self, reason: str, now: float) -> list[Delivery]:
        """Handle an error in place of the page."""

    def receive(self, delivery: Delivery) -> list[Delivery]:
        """Handle a delivery of the subscription."""
