"""Frames that the server sends."""

from __future__ import annotations

import json
from typing import Any

from .event import Event, parse_event


class InvalidFrame(Exception):
    """A frame without a valid CloudEvent. Mostly an error of API Gateway, sent when a function failed."""


def parse_frame(frame: str) -> list[Event[Any]]:
    """Return the events of a frame in order: one for `cloudevents.json`, an array for `cloudevents-batch.json`."""
    value = _parse_json(frame)
    events = value if isinstance(value, list) else [value]
    for event in events:
        if not _is_event(event):
            raise InvalidFrame(_describe(event))
    return [parse_event(event) for event in events]


def _parse_json(frame: str) -> Any:
    try:
        return _DECODER.decode(frame)
    except (ValueError, RecursionError):
        raise InvalidFrame("the server sent a frame that is not JSON") from None


def _reject(constant: str) -> None:
    raise ValueError(constant)


_DECODER = json.JSONDecoder(parse_constant=_reject)


def _is_event(value: Any) -> bool:
    if not isinstance(value, dict) or value.get("specversion") != "1.0":
        return False
    return all(isinstance(value.get(name), str) and value[name] for name in ("id", "source", "type"))


def _describe(value: Any) -> str:
    """Name the problem. API Gateway sends `{"message": "Internal server error", ...}`."""
    message = value.get("message") if isinstance(value, dict) else None
    if isinstance(message, str):
        return f"server error: {message}"
    return "the server sent a frame that is not a CloudEvent"
