"""Control events: the server sends them to the client itself, not to the application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .event import TOO_LARGE, Event
from .position import Positions
from .reader import Reader
from .sources import ResumeResults, log_positions, resume_results
from .time import parse_time


@dataclass(frozen=True)
class Control:
    """A control event of a known type."""

    request: str | None
    """The id of the message that this event replies to."""


@dataclass(frozen=True)
class Resumed(Control):
    """The first reply to a `subscribe` with `after`."""

    results: ResumeResults


@dataclass(frozen=True)
class Subscribed(Control):
    """The reply to `subscribe`."""

    granted: list[str]
    refused: list[tuple[str, str]]
    """Subjects and reasons."""
    positions: Positions


@dataclass(frozen=True)
class Unsubscribed(Control):
    """The reply to `unsubscribe`."""


@dataclass(frozen=True)
class SubjectState:
    """The result of one subject."""

    subject: str
    complete: bool
    next: str | None
    """Where the state continues."""
    reason: str | None
    """Why it is not complete."""


@dataclass(frozen=True)
class StateReply(Control):
    """The end of a page of state."""

    subjects: list[SubjectState]
    positions: Positions
    invalid: list[str]
    """The subjects of items that cannot become state, or of the first ones."""
    invalid_count: int


@dataclass(frozen=True)
class Pong(Control):
    """The reply to `ping`."""

    positions: Positions


@dataclass(frozen=True)
class Refreshed(Control):
    """The reply to `refresh`."""

    remaining: float | None
    """The lifetime of the token (s), by the server's two times. The clock of this machine can differ."""
    removed: list[str]


@dataclass(frozen=True)
class ErrorReply(Control):
    """A message failed, or the server closes the connection."""

    code: str
    message: str
    closing: bool


@dataclass(frozen=True)
class Reconnect(Control):
    """The server requests that the client moves to another connection."""


@dataclass(frozen=True)
class ConnectionRefused(Control):
    """The server refused the connection, and opened it only to send the reason."""

    status: int
    reason: str
    message: str


def is_control(event: Event[Any]) -> bool:
    """Return whether the event is for the client itself."""
    return event.type.startswith("tablecast.") and event.type != TOO_LARGE


def parse_control(event: Event[Any]) -> Control | None:
    """Return the content of a control event, or `None` for an unknown type. Raises `InvalidFrame`."""
    parse = _PARSERS.get(event.type)
    if parse is None:
        return None
    data = Reader(event.type, event.data)
    return parse(data.optional_text("request"), data, event)


def _resumed(request: str | None, data: Reader, _: Event[Any]) -> Control:
    return Resumed(request, resume_results(data))


def _subscribed(request: str | None, data: Reader, _: Event[Any]) -> Control:
    subjects = data.objects("subjects")
    granted = [one.text("subject") for one in subjects if one.flag("granted")]
    refused = [_refused(one) for one in subjects if not one.flag("granted")]
    return Subscribed(request, granted, refused, log_positions(data))


def _state(request: str | None, data: Reader, _: Event[Any]) -> Control:
    subjects = [_subject_state(one) for one in data.objects("subjects")]
    invalid = data.object("invalid")
    return StateReply(
        request, subjects, log_positions(data), invalid.optional_texts("subjects"), invalid.number("count")
    )


def _subject_state(one: Reader) -> SubjectState:
    place, reason = one.optional_text("next"), one.optional_text("reason")
    return SubjectState(one.text("subject"), one.flag("complete"), place, reason)


def _refused(subject: Reader) -> tuple[str, str]:
    return subject.text("subject"), subject.optional_text("reason") or "not-granted"


def _pong(request: str | None, data: Reader, _: Event[Any]) -> Control:
    return Pong(request, log_positions(data))


def _refreshed(request: str | None, data: Reader, event: Event[Any]) -> Control:
    return Refreshed(request, _seconds(event.time, data.text("expiresAt")), data.texts("removed"))


def _error(request: str | None, data: Reader, _: Event[Any]) -> Control:
    return ErrorReply(request, data.text("code"), data.text("message"), data.flag("closing"))


def _connection_refused(request: str | None, data: Reader, _: Event[Any]) -> Control:
    return ConnectionRefused(request, data.number("status"), data.text("reason"), data.text("message"))


_PARSERS: dict[str, Callable[[str | None, Reader, Event[Any]], Control]] = {
    "tablecast.resumed.v1": _resumed,
    "tablecast.subscribed.v1": _subscribed,
    "tablecast.unsubscribed.v1": lambda request, _, __: Unsubscribed(request),
    "tablecast.state.v1": _state,
    "tablecast.pong.v1": _pong,
    "tablecast.refreshed.v1": _refreshed,
    "tablecast.error.v1": _error,
    "tablecast.reconnect.v1": lambda request, _, __: Reconnect(request),
    "tablecast.refused.v1": _connection_refused,
}


def _seconds(start: str | None, end: str) -> float | None:
    """Return the seconds between two times in RFC 3339."""
    first, last = parse_time(start), parse_time(end)
    return (last - first).total_seconds() if first and last else None
