"""Saves the progress of subscriptions."""

from __future__ import annotations

import asyncio
import inspect
from typing import Protocol

from ..errors import StoreError
from ..machine.progress import Progress
from ..stores import Store


class Saved(Protocol):
    """A subscription whose progress is saved."""

    @property
    def progress(self) -> Progress | None:
        """`None` until the subscription has started."""

    def failed(self, error: Exception) -> None:
        """The store could not load or save."""


class ProgressSaver:
    """Saves the progress under one name: the least of all open subscriptions with this name.

    Combines changes, and runs at most one save at a time.
    """

    def __init__(self, store: Store | None, name: str) -> None:
        self._store = store
        self._name = name
        self._scheduled: asyncio.Handle | None = None
        self._saving: asyncio.Task[None] | None = None
        self._is_outdated = False  # The progress changed since the running save began.
        self._open: list[Saved] = []
        self._last: Saved | None = None  # Closed last, if no other is open. A slow save may still need its progress.

    def add(self, subscription: Saved) -> None:
        """Add an open subscription."""
        self._open.append(subscription)
        self._last = None

    def delete(self, subscription: Saved) -> None:
        """Remove a closed subscription, after a save."""
        self.flush()
        self._open.remove(subscription)
        if self._open:
            self.schedule()
        else:
            self._last = subscription

    @property
    def is_unused(self) -> bool:
        """True without an open subscription and a running save."""
        return not self._open and not self._saving

    async def load(self, subscription: Saved) -> str | None:
        """Return an empty progress if the store fails. The subscription then reports that events may be missing."""
        if not self._store:
            return None
        try:
            loaded = self._store.load(self._name)
            return await loaded if inspect.isawaitable(loaded) else loaded
        except Exception as error:
            subscription.failed(_store_error("load", self._name, error))
            return ""

    def schedule(self) -> None:
        """Save soon."""
        if self._store and not self._scheduled:
            self._scheduled = asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Run a scheduled save at once."""
        if not self._scheduled:
            return
        self._scheduled.cancel()
        self._scheduled = None
        self._is_outdated = True
        if not self._saving:
            self._saving = asyncio.create_task(self._save_all())

    async def finish(self) -> None:
        """Wait for the saves."""
        self.flush()
        if self._saving:
            await self._saving

    async def _save_all(self) -> None:
        """Two saves at once could leave the older progress in the store."""
        while self._is_outdated:
            self._is_outdated = False
            await self._save()
        self._saving = None

    async def _save(self) -> None:
        """Keep the stored progress while no open subscription has one."""
        subscriptions = [self._last] if self._last else list(self._open)
        progress = Progress.least([one.progress for one in subscriptions if one.progress])
        if not self._store or progress.is_empty:
            return
        try:
            saving = self._store.save(self._name, progress.text())
            if inspect.isawaitable(saving):
                await saving
        except Exception as error:
            for subscription in subscriptions:
                subscription.failed(_store_error("save", self._name, error))


def _store_error(action: str, name: str, error: Exception) -> StoreError:
    failure = StoreError(f"the store could not {action} the progress of {name}: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
