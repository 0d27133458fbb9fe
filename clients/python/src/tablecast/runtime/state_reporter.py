"""Reports the state of the client."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..machine.effect import State, StateChanged
from .callback import Callback

logger = logging.getLogger("tablecast")

StateListener = Callable[[State, str], object]
"""Receives the state and its reason. It may be a coroutine function."""


class StateReporter:
    """Logs each state, and calls the listener of the application.

    Logs a warning when there is no connection: once, and again when the reason changes.
    """

    def __init__(self, listener: StateListener | None) -> None:
        self._listener = Callback(listener) if listener else None
        self._warned = ""

    def report(self, change: StateChanged) -> None:
        """Report a change."""
        self._log(change)
        if self._listener:
            self._listener(change.state, change.reason)

    def _log(self, change: StateChanged) -> None:
        if change.state == "live":
            self._warned = ""
        if change.state == "waiting" and change.reason != self._warned:
            self._warned = change.reason
            logger.warning("no connection, and the client tries again: %s", change.reason)
        else:
            logger.debug("%s: %s", change.state, change.reason)
