"""Messages to the server: docs/reference/protocol.md."""

from __future__ import annotations

from typing import Literal, TypedDict, Union

Action = Literal["subscribe", "unsubscribe", "ping", "refresh", "state"]


class _Id(TypedDict, total=False):
    id: str
    """The reply repeats it as `request`."""


class _Filter(_Id, total=False):
    types: list[str]
    after: dict[str, str]


class Subscribe(_Filter):
    """Subscribes, and resumes with `after`."""

    action: Literal["subscribe"]
    subjects: list[str]


class Unsubscribe(_Id):
    """Ends subscriptions."""

    action: Literal["unsubscribe"]
    subjects: list[str]


class Ping(_Id):
    """Keeps the connection open, and requests the ends of the logs."""

    action: Literal["ping"]


class Refresh(_Id):
    """Replaces the token of the connection."""

    action: Literal["refresh"]
    token: str


class _Part(_Id, total=False):
    types: list[str]
    next: str
    """Where the state of the first subject continues."""


class StateRequest(_Part):
    """Requests the state of subjects."""

    action: Literal["state"]
    subjects: list[str]


Message = Union[Subscribe, Unsubscribe, Ping, Refresh, StateRequest]
