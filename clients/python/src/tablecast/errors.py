"""Errors that an iteration raises in place of an item."""

from __future__ import annotations

from typing import Any

from .protocol.event import Event


class TablecastError(Exception):
    """The base class of this package's errors."""


class InvalidEvent(TablecastError):
    """An event does not match the model that the option `models` has for its type."""

    def __init__(self, event: Event[Any], detail: str) -> None:
        super().__init__(f"{event.type} {event.id} does not match its model: {detail}")
        self.event = event
        """The event as it arrived, with its data in JSON."""
        self.detail = detail


class Refused(TablecastError):
    """The server does not grant a subscription to this subject."""

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(f"the server refused the subscription to {subject}: {reason}")
        self.subject = subject
        self.reason = reason


class StoreError(TablecastError):
    """The store could not load or save the progress. `__cause__` is the error of the store."""


class Closed(TablecastError):
    """The application closed the subscription, or the client."""
