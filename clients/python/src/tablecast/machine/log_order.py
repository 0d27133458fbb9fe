"""The order of events in their logs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Any

from ..protocol.event import Event
from ..protocol.position import Position, parse_position

_NONE = Position("", 0)  # Before every other position.


def in_log_order(events: Iterable[Event[Any]]) -> list[Event[Any]]:
    """Sort the events of each source by position. Those without a position keep the order of their arrival."""
    logs: dict[str, list[tuple[Position, Event[Any]]]] = {}
    for event in events:
        logs.setdefault(event.source, []).append((parse_position(event.position) or _NONE, event))
    return [event for log in logs.values() for _, event in sorted(log, key=_by_position)]


def _compare(one: tuple[Position, Event[Any]], other: tuple[Position, Event[Any]]) -> int:
    return other[0].is_before(one[0]) - one[0].is_before(other[0])


_by_position = cmp_to_key(_compare)
