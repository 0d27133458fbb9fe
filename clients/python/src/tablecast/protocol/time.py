"""Times in RFC 3339."""

from __future__ import annotations

from datetime import datetime


def parse_time(text: str | None) -> datetime | None:
    """Parse a time in UTC. Python 3.10 knows neither `Z` nor fractions of other lengths than 3 and 6."""
    whole, dot, fraction = (text or "").upper().removesuffix("Z").partition(".")
    try:
        return datetime.fromisoformat(f"{whole}{dot}{fraction[:6].ljust(6, '0') if dot else ''}+00:00")
    except ValueError:
        return None
