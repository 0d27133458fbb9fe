"""The items of some subjects: a snapshot, and the events that follow. docs/reference/client.md has the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

from ..errors import InvalidEvent, Refused
from ..protocol.control import StateReply
from ..protocol.event import Event
from ..protocol.message import StateRequest
from ..protocol.subject import matches
from .backoff import Backoff
from .delivery import Changed, Delivery, Failed, Gap
from .items import Items, Update, item_of, update_of
from .snapshot_load import QUOTA, UNAVAILABLE, PageResult, SnapshotLoad
from .timing import NEVER

LoadStatus = Literal["loading", "live", "stale", "refused"]
"""`loading`: no snapshot yet. `live`: follows every change. `stale`: changes may be missing, and the items stay until
the next snapshot. `refused`: the server refuses every subject."""

QUOTA_WAIT = 10.0
"""How much longer a client waits after a quota is used up (s)."""


class CollectionState:
    """Loads the items, and changes them. Each method returns the deliveries that follow."""

    def __init__(self, subjects: Sequence[str], state_type: str, random: Callable[[], float]) -> None:
        self.status: LoadStatus = "loading"
        self.items = Items()
        self.unnamed = 0
        """The number of items that cannot become state, without those that the server named."""
        self.load_at = 0.0
        """When to request the next page. `NEVER` if no load runs."""
        self._type = state_type
        self._subjects = dict.fromkeys(subjects)  # Those that the server has not refused.
        self._load = SnapshotLoad(subjects)
        self._backoff = Backoff(random)

    def request(self) -> StateRequest:
        """Return the message for the next page."""
        return {**self._load.request(), "types": [self._type]}

    def item(self, event: Event[Any], error: InvalidEvent | None) -> list[Delivery]:
        """Handle an event of a page."""
        item = item_of(event, self._type, error is None)
        if item:
            self._load.add(event, item)
        return [Failed(error)] if item and error else []

    def page(self, reply: StateReply, now: float) -> list[Delivery]:
        """Handle the end of a page."""
        return self._proceed(self._load.page(reply), now) if self._load.replied() else []

    def failed(self, reason: str, now: float) -> list[Delivery]:
        """Handle an error in place of a page."""
        subjects = self._load.replied()
        if reason == UNAVAILABLE:
            return self._proceed(PageResult([], reason), now)
        return self._proceed(PageResult([(subject, reason) for subject in subjects]), now)

    def receive(self, delivery: Delivery) -> list[Delivery]:
        """Handle a delivery of the subscription."""
        if isinstance(delivery, Gap):
            return self._restart()
        if isinstance(delivery, Failed) and isinstance(delivery.error, Refused):
            return self._refuse(delivery.error)
        update = update_of(delivery, self._type)
        changes = self._update(update) if update and self._has(update.subject) else []
        return [delivery, *changes] if isinstance(delivery, Failed) else changes

    def _proceed(self, result: PageResult, now: float) -> list[Delivery]:
        if not self._is_loading:
            return []
        if result.wait is None:
            self._backoff.reset()
            self.load_at = now
        else:
            self.load_at = now + self._backoff.next_delay() + (QUOTA_WAIT if result.wait == QUOTA else 0.0)
        deliveries: list[Delivery] = []
        for subject, reason in result.refused:
            deliveries += self._refuse(Refused(subject, reason))
        return deliveries + self._finish()

    def _restart(self) -> list[Delivery]:
        if not self._subjects:
            return []
        self._load = SnapshotLoad(self._subjects)
        self.load_at = 0.0
        if self.status != "live":
            return []
        self.status = "stale"
        return [Changed()]

    def _refuse(self, error: Refused) -> list[Delivery]:
        """Report it once. The items of other subjects stay."""
        if error.subject not in self._subjects:
            return []
        del self._subjects[error.subject]
        self._load.refuse(error.subject)
        if not self._subjects:
            self.status = "refused"
        return [Failed(error), _changed(self.items.retain(self._has)), *self._finish()]

    def _update(self, update: Update) -> list[Delivery]:
        if self._is_loading:
            self._load.keep(update)
            return []
        return [_changed([update.subject])] if self.items.apply(update) else []

    def _finish(self) -> list[Delivery]:
        """Show the snapshot if it is complete."""
        if not self._is_loading or not self._load.is_complete:
            return []
        load, older = self._load, self.items
        self._load = SnapshotLoad([])
        self.load_at = NEVER
        if not self._subjects:
            return []
        self.items = load.finish()
        self.items.retain(self._has)
        self.unnamed = load.unnamed
        self.status = "live"
        return [_changed(self.items.differences(older), replaced=True)]

    @property
    def _is_loading(self) -> bool:
        return self.load_at < NEVER

    def _has(self, subject: str) -> bool:
        return any(matches(pattern, subject) for pattern in self._subjects)


def _changed(subjects: Iterable[str], replaced: bool = False) -> Changed:
    return Changed(tuple(subjects), replaced)
