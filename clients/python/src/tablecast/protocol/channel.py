"""Names of sources: docs/reference/protocol.md. `tablecast/orders/acme` is the channel `orders/acme`, which has a log.

`tablecast/orders/*` is a pattern that is wider than the channels: no event has this source.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from .subject import matches

_PREFIX = "tablecast/"
_BROKEN = re.compile("%(?![0-9a-fA-F]{2})")


def is_wide(source: str) -> bool:
    """Return whether the name is that of a pattern without a log."""
    return source.endswith("*")


def is_within(pattern: str, source: str) -> bool:
    """Return whether one channel has every event of the pattern, or the pattern is the one without a log."""
    path = _decode(source)
    return path is not None and (pattern == path or (not is_wide(source) and pattern.startswith(f"{path}/")))


def can_have(pattern: str, source: str) -> bool:
    """Return whether the source has events of the pattern. Any name of another form may be one."""
    path = _decode(source)
    return path is None or is_within(pattern, source) or (not is_wide(source) and matches(pattern, path))


def _decode(source: str) -> str | None:
    if not source.startswith(_PREFIX):
        return None
    if "%" not in source:
        return source[len(_PREFIX) :]
    try:
        return "/".join(_decode_segment(segment) for segment in source[len(_PREFIX) :].split("/"))
    except ValueError:
        return None


def _decode_segment(text: str) -> str:
    """Decode as `decodeURIComponent` of JavaScript does. `unquote` alone keeps a percent sign without two digits."""
    if _BROKEN.search(text):
        raise ValueError(text)
    return unquote(text, errors="strict")
