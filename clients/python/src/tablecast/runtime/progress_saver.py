"""Saves the progress of subscriptions."""

from __future__ import annotations

import asyncio
import inspect
import logging
from typing import Protocol

from ..errors import StoreError
from ..machine.progress import Progress
from ..stores import Store
from .save_pace import SavePace

logger = logging.getLogger("tablecast")


class Saved(Protocol):
    """A subscription whose progress is saved."""

    @property
    def progress(self) -> Progress | None:
        """`None` until the subscription has started."""

    def failed(self, error: Exception) -> None:
        """The store could not load or save."""


class ProgressSaver:
    """Saves the progress under one name: the least of all open subscriptions with this name.

    Combines changes, and runs at most one save at a time. What closes is saved at once.
    """

    def __init__(self, store: Store | None, name: str) -> None:
        self._store = store
        self._name = name
        self._open: list[Saved] = []
        self._scheduled: asyncio.Handle | None = None
        self._saving: asyncio.Task[None] | None = None
        self._is_outdated = False  # The progress changed since the running save began.
        self._next: str | None = None  # The progress to save next.
        self._pace = SavePace()
        self._is_final = False

    def add(self, subscription: Saved) -> None:
        """Add an open subscription."""
        self._open.append(subscription)

    def delete(self, subscription: Saved) -> None:
        """Remove a closed subscription. Its progress is saved before."""
        self._keep()
        self._open.remove(subscription)
        if self._open:
            self.schedule()

    @property
    def is_unused(self) -> bool:
        """True without an open subscription and a running save."""
        return not self._open and not self._saving

    async def load(self, subscription: Saved) -> str | None:
        """Wait for the save of a closed subscription, and return the progress.

        It is empty if the store fails. The subscription then reports that events may be missing.
        """
        if not self._store:
            return None
        self._keep()
        await self.finish()
        try:
            loaded = self._store.load(self._name)
            return await loaded if inspect.isawaitable(loaded) else loaded
        except Exception as error:
            subscription.failed(_store_error("load", self._name, error))
            return ""

    def schedule(self) -> None:
        """Save when the pace allows."""
        if self._is_final:
            return
        if self._saving:
            self._is_outdated = True
        elif self._store and not self._scheduled:
            self._scheduled = asyncio.get_running_loop().call_later(self._pace.delay, self._flush)

    def end(self) -> None:
        """Save a last time, before the subscriptions close."""
        self._keep()
        self._is_final = True

    async def finish(self) -> None:
        """Wait for the running save, and for the next one."""
        while self._saving:
            await asyncio.shield(self._saving)

    def _keep(self) -> None:
        """Save without a delay. Remember the progress of the open subscriptions, although a save is running."""
        if self._is_outdated:
            self._next = self._take() or self._next
        else:
            self._flush()

    def _flush(self) -> None:
        if not self._scheduled:
            return
        self._scheduled.cancel()
        self._scheduled = None
        self._next = self._take()
        self._saving = asyncio.create_task(self._save_all())

    def _take(self) -> str | None:
        """Return the progress, or `None` while no open subscription has one."""
        self._is_outdated = False
        with self._pace.measure():
            progress = Progress.least([one.progress for one in self._open if one.progress])
            return None if progress.is_empty else progress.text()

    async def _save_all(self) -> None:
        """Two saves at once could leave the older progress in the store."""
        await asyncio.sleep(0)  # An eager task could end before its creator has it.
        try:
            while self._next is not None:
                progress, self._next = self._next, None
                if self._store:
                    await self._save(self._store, progress)
                self._pace.saved()
        finally:
            self._saving = None
        if self._is_outdated:
            self._is_outdated = False
            self.schedule()

    async def _save(self, store: Store, progress: str) -> None:
        try:
            with self._pace.measure():
                saving = store.save(self._name, progress)
            if inspect.isawaitable(saving):
                await saving
        except Exception as error:
            failure = _store_error("save", self._name, error)
            logger.warning("%s", failure)
            for subscription in self._open:
                subscription.failed(failure)


def _store_error(action: str, name: str, error: Exception) -> StoreError:
    failure = StoreError(f"the store could not {action} the progress of {name}: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
