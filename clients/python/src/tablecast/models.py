"""Models of the data of events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from .errors import InvalidEvent
from .protocol.event import Decode, Event

Models = Mapping[str, Callable[..., Any]]
"""By event type: a class with `model_validate`, such as a model of pydantic, or a function that takes the data.

The function returns the value of `event.data`, or raises an error for data that does not match.
"""


def decoder(models: Models | None) -> Decode | None:
    """Return a function that replaces the data of an event by its model."""
    if not models:
        return None
    parsers = {event_type: getattr(model, "model_validate", model) for event_type, model in models.items()}

    def decode(event: Event[Any]) -> Event[Any]:
        parse = parsers.get(event.type)
        try:
            return replace(event, data=parse(event.data)) if parse else event
        except Exception as error:
            raise InvalidEvent(event, f"{error}") from error

    return decode
