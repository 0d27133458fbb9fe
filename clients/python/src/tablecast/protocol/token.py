"""Tokens: JWTs."""

from __future__ import annotations

import base64
import json


def expiry(token: str | None) -> float | None:
    """Return when a JWT expires, in seconds since 1970, or `None` without `exp`. The server verifies it."""
    try:
        claims = (token or "").split(".")[1]
        exp = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["exp"]
        return float(exp) if isinstance(exp, (int, float)) else None
    except (ValueError, LookupError, TypeError, RecursionError, OverflowError):
        return None
