"""Errors that an iteration raises in place of an item."""

from __future__ import annotations

from typing import Any

from .protocol.event import Event


class TablecastError(Exception):
    """The base class of this package's errors."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the arguments of `__init__`, for `pickle` and `copy`."""
        return type(self), self._arguments()

    def _arguments(self) -> tuple[Any, ...]:
        return self.args


class InvalidEvent(TablecastError):
    """An event does not match the model that the option `models` has for its type."""

    def __init__(self, event: Event[Any], detail: str) -> None:
        super().__init__(f"{event.type} {event.id} does not match its model: {detail}")
        self.event = event
        """The event as it arrived, with its data in JSON."""
        self.detail = detail

    def _arguments(self) -> tuple[Any, ...]:
        return self.event, self.detail


class Refused(TablecastError):
    """The server does not grant a subscription to this subject."""

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(f"the server refused the subscription to {subject}: {reason}")
        self.subject = subject
        self.reason = reason

    def _arguments(self) -> tuple[Any, ...]:
        return self.subject, self.reason


class Incomplete(TablecastError):
    """The server cannot send some items of a state."""

    def __init__(self, items: dict[str, Any], missing: dict[str, str], unnamed: int) -> None:
        subjects = ", ".join(sorted(missing)[:5]) or "of unknown subjects"
        super().__init__(f"the server cannot send {len(missing) + unnamed} items of the state: {subjects}")
        self.items = items
        """The data of the others by subject."""
        self.missing = missing
        """The subjects of missing items, with the reason: `invalid` or `too-large`."""
        self.unnamed = unnamed
        """The number of missing items that the server did not name."""

    def _arguments(self) -> tuple[Any, ...]:
        return self.items, self.missing, self.unnamed


class StoreError(TablecastError):
    """The store could not load or save the progress. `__cause__` is the error of the store."""


class Closed(TablecastError):
    """The application closed the subscription, or the client."""
