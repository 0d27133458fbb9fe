"""Why a connection did not open, and what to check."""

from __future__ import annotations

import re

from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, ProxyError

_ADVICE = {  # After each HTTP status of a refused connection: docs/reference/protocol.md#connect.
    400: "check the path and the parameters of the url",
    401: "the token is missing, expired or of another issuer. Check what the option token returns",
    403: "the server does not allow this origin, or the token. Check its log",
    404: "the url has no WebSocket. Check its path",
    426: "the url has no WebSocket. Check its path",
}


class TokenError(Exception):
    """The option `token` failed."""


def connect_failure(url: str, error: Exception) -> str:
    """Return why a connection did not open, and what to check."""
    if isinstance(error, TokenError):
        return f"cannot connect: {error}"
    return f"{_without_secrets(url)} did not open ({_detail(error)}): {_advice(error)}"


def check_url(url: str) -> None:
    """Raise an error for an address that can never open."""
    if not re.match(r"wss?://[^/?#\s]", url, re.IGNORECASE):
        raise ValueError(f"Client: the url is {_without_secrets(url)!r}. Use the address of the server: wss://...")


def _without_secrets(url: str) -> str:
    """Remove the query, which can contain a token, and the part before `@`, which can contain a password."""
    return re.sub(r"(?s)\?.*|[^/?]*@", "", url)


def _detail(error: Exception) -> str:
    """Describe the error. The texts of other errors can contain the URL, or the password of a proxy."""
    if isinstance(error, InvalidStatus):
        return f"HTTP {error.response.status_code}"
    is_safe = isinstance(error, (OSError, InvalidHandshake)) and not isinstance(error, (InvalidProxy, ProxyError))
    return f"{error}" if is_safe and str(error) else type(error).__name__


def _advice(error: Exception) -> str:
    if not isinstance(error, InvalidStatus):
        return "check that the server runs at this address, and that the network allows WebSockets"
    status = error.response.status_code
    return _ADVICE.get(status, "the server failed. Its log has the reason" if status >= 500 else "check the url")
