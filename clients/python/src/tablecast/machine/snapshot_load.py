"""Loads one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ..protocol.control import StateReply, SubjectState
from ..protocol.event import Event
from ..protocol.message import StateRequest
from ..protocol.position import Positions
from .items import Item, Items, Snapshot, Update

QUOTA = "quota-exceeded"
UNAVAILABLE = "unavailable"


@dataclass(frozen=True)
class PageResult:
    """The members of a page besides its items."""

    refused: list[tuple[str, str]]
    """Subjects and reasons."""
    wait: str | None = None
    """Why the next page must wait."""


class SnapshotLoad:
    """Collects the pages of a snapshot, and the events that arrive meanwhile."""

    def __init__(self, subjects: Iterable[str]) -> None:
        self.unnamed = 0
        """The number of items that cannot become state, without those that the server named."""
        self._remaining: dict[str, str | None] = dict.fromkeys(subjects)  # With the place where each continues.
        self._requested: list[str] = []  # The subjects of the message that waits for its reply.
        self._arrived: list[tuple[Event[Any], Item]] = []  # The page that has not ended.
        self._items: dict[str, Item] = {}
        self._first_ends: Positions | None = None
        # The last change of each subject, after earlier ones of greater versions: a version can begin again.
        self._kept: dict[str, list[Update]] = {}

    @property
    def is_complete(self) -> bool:
        """True if the items of every subject are here."""
        return not self._remaining

    def request(self) -> StateRequest:
        """Return the message for the next page, or for one that its connection did not end."""
        self._arrived = []
        begun = next((subject for subject, place in self._remaining.items() if place is not None), None)
        fresh = [subject for subject, place in self._remaining.items() if place is None]
        self._requested = fresh if begun is None else [begun, *fresh]
        message: StateRequest = {"action": "state", "subjects": list(self._requested)}
        if begun is not None and (place := self._remaining[begun]) is not None:
            message["next"] = place
        return message

    def replied(self) -> list[str]:
        """Return the subjects of the last request, once. Without any, a reply belongs to an earlier load."""
        requested, self._requested = self._requested, []
        return requested

    def add(self, event: Event[Any], item: Item) -> None:
        """Add an item of the page."""
        self._arrived.append((event, item))

    def keep(self, update: Update) -> None:
        """Keep a change until the snapshot is complete."""
        version = update.event.version
        earlier = self._kept.get(update.subject, [])
        greater = [one for one in earlier if version and (not one.event.version or one.event.version > version)]
        self._kept[update.subject] = [*greater, update]

    def refuse(self, subject: str) -> None:
        """Load no more of a subject."""
        self._remaining.pop(subject, None)

    def page(self, reply: StateReply) -> PageResult:
        """Handle the end of a page."""
        known, has_items = dict(self._remaining), bool(self._arrived)
        self._add_page(reply)
        reasons = [result for state in reply.subjects if (result := self._proceed(state))]
        waits = [reason for _, reason in reasons if reason in (QUOTA, UNAVAILABLE)]
        if not has_items and known == self._remaining:
            waits.append(UNAVAILABLE)  # The next message would get the same reply.
        refused = [(subject, reason) for subject, reason in reasons if reason not in (QUOTA, UNAVAILABLE)]
        return PageResult(refused, QUOTA if QUOTA in waits else next(iter(waits), None))

    def finish(self) -> Items:
        """Return the items with all changes so far."""
        items = Items(self._items, self._first_ends)
        for updates in self._kept.values():
            for update in updates:
                items.apply(update)
        return items

    def _add_page(self, reply: StateReply) -> None:
        ends = reply.positions
        self._first_ends = ends if self._first_ends is None else self._first_ends
        for event, item in self._arrived:
            snapshot = Snapshot(ends, event.version, event.time)
            self._items[event.subject or ""] = replace(item, snapshot=snapshot)
        self._arrived = []
        for subject in reply.invalid:
            self._items[subject] = Item(missing="invalid", snapshot=Snapshot(ends))
        self.unnamed += reply.invalid_count - len(reply.invalid)

    def _proceed(self, state: SubjectState) -> tuple[str, str] | None:
        """Return why the state of a subject ends before it is complete, if it does."""
        if state.subject not in self._remaining:
            return None
        if state.complete:
            del self._remaining[state.subject]
            return None
        if state.next is not None:
            self._remaining[state.subject] = state.next
        return (state.subject, state.reason) if state.reason is not None else None
