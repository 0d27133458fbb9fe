"""New tokens for a connection."""

from __future__ import annotations

from .context import Context
from .effect import GetToken
from .timing import NEVER, TOKEN_RETRY, random_between


class TokenRefresh:
    """Requests a new token before the token of a connection expires."""

    def __init__(self, connection: int, context: Context) -> None:
        self._connection = connection
        self._context = context
        self._at = NEVER

    @property
    def wake_at(self) -> float:
        """When to request a token."""
        return self._at

    def schedule(self, expires_at: float | None, now: float) -> None:
        """Schedule the refresh after 70 to 85 % of the remaining time."""
        if expires_at is not None:
            remaining = max(expires_at - now, 0)
            delay = random_between(0.7 * remaining, 0.85 * remaining, self._context.random)
            self._at = now + max(delay, TOKEN_RETRY)

    def retry(self, now: float) -> None:
        """Schedule another attempt."""
        self._at = now + TOKEN_RETRY

    def tick(self, now: float) -> None:
        """Request a token, if it is time."""
        if now >= self._at:
            self._at = NEVER
            self._context.effects.append(GetToken(self._connection))
