"""CloudEvents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

Data = TypeVar("Data")

TOO_LARGE = "tablecast.event-too-large.v1"
"""Replaces an event over 128 KB. Fetch the item that its `data["subject"]` names."""


@dataclass(frozen=True)
class Event(Generic[Data]):
    """A CloudEvent 1.0."""

    type: str
    """For example `order.placed.v1`."""
    subject: str | None
    """For example `orders/acme/1001`."""
    data: Data
    """JSON, or the model that the option `models` has for `type`."""
    id: str
    """Stays the same when the event arrives again, on any channel."""
    source: str
    """The channel, such as `tablecast/orders/acme`."""
    time: str | None = None
    """RFC 3339."""
    sequence: str | None = None
    """Orders the changes of one item. Compare as text."""
    position: str | None = None
    """The event's position in the log of its source: `<epoch>-<offset>`."""
    dataschema: str | None = None
    late: bool = False
    """True if the event is older than one of its subject that was sent before, as after a repair."""
    snapshot: str | None = None
    """Present in the state of an item that a client requested: the id of its message."""
    version: str | None = None
    """Grows with each change of the item, if the pipe has a `version`. Compare as text."""
    traceparent: str | None = None
    """The trace in which the item was changed, as W3C Trace Context writes it."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The CloudEvent as it arrived, in JSON."""

    def __hash__(self) -> int:
        return hash((self.source, self.id))  # `data` can be a dictionary.


Decode = Callable[[Event[Any]], Event[Any]]
"""Returns the event with its data as a model, or raises `InvalidEvent`."""


def parse_event(raw: Mapping[str, Any]) -> Event[Any]:
    """Return the event of a JSON object whose required members are valid."""
    return Event(
        type=raw["type"],
        subject=_text(raw, "subject"),
        data=raw.get("data"),
        id=raw["id"],
        source=raw["source"],
        time=_text(raw, "time"),
        sequence=_text(raw, "sequence"),
        position=_text(raw, "position"),
        dataschema=_text(raw, "dataschema"),
        late=raw.get("late") is True,
        snapshot=_text(raw, "snapshot"),
        version=_text(raw, "version"),
        traceparent=_text(raw, "traceparent"),
        raw=raw,
    )


def _text(raw: Mapping[str, Any], name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) else None
