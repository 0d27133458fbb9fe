"""Events as the server sends them, in JSON."""

from __future__ import annotations

import itertools
import json
from collections.abc import Container
from datetime import datetime, timedelta, timezone
from typing import Any, Union

SOURCE = "tablecast/orders"

RECOVERED = {"recovered": True, "position": "e-0"}
"""The result of a source whose replay is empty."""

NONE = "0000000000000000-0"
"""The position of a pattern that is wider than a channel."""

TOO_WIDE = {"recovered": False, "cause": "too-wide"}

End = Union[int, dict[str, str], None]
"""The offset in the log of `SOURCE`, or the positions of all sources."""

_numbers = itertools.count()


def event(kind: str, data: Any, **more: Any) -> str:
    members = {"specversion": "1.0", "id": f"{kind} {next(_numbers)}", "source": "tablecast", "type": kind}
    return json.dumps({**members, "data": data, **more})


def order(subject: str, offset: int | None, **more: Any) -> str:
    """Return an event of the table, with its offset in the log."""
    position = {} if offset is None else {"position": f"e-{offset}"}
    defaults = {"data": {"offset": offset}, "id": f"{subject} {offset}", "source": SOURCE, "subject": subject}
    members = {**defaults, **position, **more}
    return event(members.pop("type", "order.placed.v1"), **members)


def resumed(request: str, result: dict[str, Any]) -> str:
    """Return the first reply to a subscribe with `after`."""
    return resumed_sources(request, {SOURCE: result})


def resumed_sources(request: str, sources: dict[str, Any]) -> str:
    return event("tablecast.resumed.v1", {"request": request, "sources": sources})


def subscribed(request: str, subjects: list[str], end: End = None, refused: Container[str] = ()) -> str:
    results = [{"subject": subject, "granted": subject not in refused} for subject in subjects]
    return event("tablecast.subscribed.v1", {"request": request, "subjects": results, **_sources(end)})


def item(request: str, subject: str, data: Any, **more: Any) -> str:
    """Return an item of a snapshot."""
    return event("order.v1", data, source=SOURCE, subject=subject, snapshot=request, **more)


def state(request: str, subjects: list[dict[str, Any]], end: End = None, invalid: list[str] | None = None) -> str:
    """Return the end of a page."""
    missing = {"count": len(invalid or []), "subjects": invalid or []}
    return event("tablecast.state.v1", {"request": request, "subjects": subjects, "invalid": missing, **_sources(end)})


def complete(subject: str) -> dict[str, Any]:
    """Return the result of a subject whose items were all sent."""
    return {"subject": subject, "complete": True, "items": 0}


def unsubscribed(request: str, subjects: list[str]) -> str:
    return event("tablecast.unsubscribed.v1", {"request": request, "subjects": subjects})


def pong(request: str | None, end: End = None) -> str:
    return event("tablecast.pong.v1", {**_request(request), **_sources(end)})


def error(request: str | None, code: str, message: str = "try again", closing: bool = False) -> str:
    return event("tablecast.error.v1", {**_request(request), "code": code, "message": message, "closing": closing})


def unavailable(request: str | None) -> str:
    """Return an error: the server cannot handle the request now."""
    return error(request, "unavailable")


def refreshed(remaining: float, removed: list[str] | None = None, request: str | None = None) -> str:
    """Return the reply to a refresh with a token that is valid for so long (s).

    The clock of this server is an hour behind.
    """
    now = datetime.now(timezone.utc) - timedelta(hours=1)
    data = {**_request(request), "expiresAt": _text(now + timedelta(seconds=remaining)), "removed": removed or []}
    return event("tablecast.refreshed.v1", data, time=_text(now))


def reconnect() -> str:
    return event("tablecast.reconnect.v1", {})


def refused(status: int, reason: str, message: str) -> str:
    return event("tablecast.refused.v1", {"status": status, "reason": reason, "message": message})


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _request(request: str | None) -> dict[str, Any]:
    return {} if request is None else {"request": request}


def _sources(end: End) -> dict[str, Any]:
    if end is None:
        return {}
    return {"sources": {SOURCE: f"e-{end}"} if isinstance(end, int) else end}
