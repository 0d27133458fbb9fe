"""Functions of the application whose result the client does not need."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


class Callback:
    """Calls a function, or runs a coroutine function in a task. The exception handler of the loop receives errors."""

    def __init__(self, function: Callable[..., object]) -> None:
        self._function = function
        self._running: set[asyncio.Future[Any]] = set()  # The loop has only weak references.

    def __call__(self, *values: Any) -> None:
        """Call the function."""
        result = self._function(*values)
        if inspect.isawaitable(result):
            task: asyncio.Future[Any] = asyncio.ensure_future(result)
            self._running.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error:
            context = {"message": "a callback of tablecast failed", "exception": error, "future": task}
            task.get_loop().call_exception_handler(context)
