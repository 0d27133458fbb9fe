"""Gets tokens from the application."""

from __future__ import annotations

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Union

from ..protocol.token import expiry
from .connect_failure import TokenError

logger = logging.getLogger("tablecast")

TokenSource = Union[str, Callable[[], Union[str, Awaitable[Union[str, None]], None]], None]
"""A token, or a function or coroutine function that returns one."""


async def get_token(source: TokenSource) -> str | None:
    """Return the token for a connection, or `None` without one."""
    try:
        token = source() if callable(source) else source
        if inspect.isawaitable(token):
            token = await token
    except asyncio.CancelledError as error:
        if _is_cancelled():
            raise
        raise TokenError("the option token failed: something that it waits for was cancelled") from error
    except Exception as error:
        raise TokenError(f"the option token failed: {type(error).__name__}: {error}") from error
    if token is not None and not isinstance(token, str):
        raise TokenError(f"the option token returned {type(token).__name__}, not text")
    return token


def _is_cancelled() -> bool:
    """Return whether this task was cancelled, and not only what it waits for. Python 3.10 does not know."""
    cancelling = getattr(asyncio.current_task(), "cancelling", None)
    return cancelling is None or cancelling() > 0


def expires_at(token: str | None, now: float) -> float | None:
    """Return when the token expires, by the monotonic clock. The wall clock only gives the time that remains."""
    at = expiry(token)
    return None if at is None else now + at - time.time()
