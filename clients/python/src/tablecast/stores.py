"""Where the progress of subscriptions is kept."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Protocol, Union


class Store(Protocol):
    """Keeps the progress of subscriptions. Both methods may be coroutine functions."""

    def load(self, name: str, /) -> Union[str, Awaitable[Union[str, None]], None]:
        """Return the text that `save` received last for this name."""

    def save(self, name: str, progress: str, /) -> Union[Awaitable[None], None]:
        """Keep the text."""


class MemoryStore:
    """Keeps progress until the process ends."""

    def __init__(self) -> None:
        self._saved: dict[str, str] = {}

    def load(self, name: str) -> str | None:
        """Return the saved text."""
        return self._saved.get(name)

    def save(self, name: str, progress: str) -> None:
        """Keep the text."""
        self._saved[name] = progress


class FileStore:
    """Keeps progress in a file that only its owner can read. One process can use the file at a time.

    A save replaces the file as a whole, so it is complete even after a loss of power.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    async def load(self, name: str) -> str | None:
        """Return the saved text."""
        return await asyncio.to_thread(self._load, name)

    async def save(self, name: str, progress: str) -> None:
        """Write the file."""
        await asyncio.to_thread(self._save, name, progress)

    def _load(self, name: str) -> str | None:
        with _lock:
            return _parse(self._path).get(name)

    def _save(self, name: str, progress: str) -> None:
        with _lock:
            _replace(self._path, json.dumps({**_parse(self._path), name: progress}, indent=1))


_lock = threading.Lock()  # Of all stores: several can have one path.


def _parse(path: Path) -> dict[str, str]:
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict) and all(isinstance(text, str) for text in content.values()):
        return content
    raise ValueError(f"{path} is no file of FileStore: delete it, or pass another path")


def _replace(path: Path, text: str) -> None:
    """Write a file of mode 0600 beside the path, and give it the name."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
