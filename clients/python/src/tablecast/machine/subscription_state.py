"""One subscription of the application, over all connections."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidEvent, Refused
from ..protocol.event import Decode, Event
from ..protocol.filter import EventFilter
from ..protocol.position import Position, Positions
from ..protocol.sources import ResumeResults
from .delivery import Advance, Delivery, Failed, Gap, Late, Sources, Start
from .loader import Loader
from .log_order import in_log_order
from .newest_events import NewestEvents
from .progress import Progress
from .recent_ids import RecentIds

_NO_LOG = "the server"  # The source of a gap if the server has no logs.

_NO_GAP_IF_LIVE = ("too-much", "too-wide", "quota-exceeded")  # Live events did not stop.


@dataclass(frozen=True)
class SubscriptionConfig:
    """The options of a subscription."""

    subjects: tuple[str, ...]
    types: tuple[str, ...] | None = None
    progress: str | None = None
    """The text of a stored `Progress` to resume from."""
    loader: Loader | None = None
    """Loads the state, for a collection."""


class SubscriptionState:
    """The progress of a subscription. Each method returns the deliveries that follow."""

    def __init__(self, config: SubscriptionConfig, decode: Decode | None = None) -> None:
        self.filter = EventFilter(config.subjects, config.types)
        self.progress = Progress.restore(config.progress or "")
        self.has_started = config.progress is not None
        """True if the subscription has a position. Then it must resume, and may miss no event."""
        self.loader = config.loader
        self._decode = decode
        self._recent_ids = RecentIds()
        self._newest = NewestEvents()
        self._refused: set[str] = set()

    def copy(self) -> SubscriptionState:
        """Return a new state that continues after the last delivery of this one."""
        progress = self.progress.text() if self.has_started else None
        copy = SubscriptionState(SubscriptionConfig(self.filter.subjects, self.filter.types, progress), self._decode)
        copy._recent_ids = self._recent_ids.copy()
        copy._newest = self._newest.copy()
        copy._refused = set(self._refused)
        return copy

    def overlaps(self, other: SubscriptionState) -> bool:
        """Return whether both can receive the same event."""
        return self.filter.overlaps(other.filter)

    def receive(self, event: Event[Any], connection: int) -> list[Delivery]:
        """Deliver an event of this connection once, as an error if it does not match its model."""
        if self.progress.has(event) or self._recent_ids.has(event.source, event.id):
            return []
        # Without progress in its source, an event is missed if an earlier connection delivered a newer one.
        if self._newest.add(event, connection) and not self.progress.has_source(event.source):
            return []
        self._recent_ids.add(event.source, event.id)
        return self._record([self._decoded(event)])

    def catch_up(
        self,
        positions: Positions,
        results: ResumeResults,
        buffered: Iterable[Event[Any]],
        was_live: bool,
        connection: int,
        gaps: Set[str] = frozenset(),
    ) -> list[Delivery]:
        """Deliver the buffered events of an acknowledged subscribe.

        `positions` has the sources of all its subscriptions. If this one was live, the subscribe only checked for lost
        events, or resumed another one. `gaps`: the sources whose gaps an earlier subscribe of this connection has just
        reported. After its positions, live events did not stop.
        """
        own = {source: position for source, position in positions.items() if self.filter.can_have(source)}
        is_lost = self.has_started and not positions and _NO_LOG not in gaps
        deliveries: list[Delivery] = [Gap(_NO_LOG, "position-unknown")] if is_lost else []
        losses, starts, advances = self._resumed(own, results, was_live, gaps)
        deliveries += self._record([*losses, *([Start(starts)] if starts else [])])
        # Before other sources are forgotten: the progress in them recognizes events that must not arrive again.
        for event in in_log_order(buffered):
            deliveries += self.receive(event, connection)
        self.has_started = True
        return deliveries + self._record([Sources(own.keys()), *([Advance(advances)] if advances else [])])

    def listed(self, positions: Positions) -> list[Delivery]:
        """Handle the sources of all subscriptions of the connection. Forgets others, and starts in new ones."""
        own = {source: position for source, position in positions.items() if self._is_own(source)}
        if self.progress.is_listed(own.keys()):
            return []
        new = {source: at for source, at in own.items() if at.is_empty and not self.progress.has_source(source)}
        return self._record([Sources(own.keys()), *([Start(new)] if new else [])])

    def is_behind(self, log_ends: Positions) -> bool:
        """Return whether a log continued after the last delivered event. Mostly with events that do not match."""
        return any(self.progress.is_behind(source, position) for source, position in log_ends.items())

    def advance_to(self, positions: Positions) -> list[Delivery]:
        """Record that every event up to these positions was delivered."""
        later = {source: at for source, at in positions.items() if self.progress.can_advance_to(source, at)}
        return self._record([Advance(later)] if later else [])

    def refuse(self, subject: str, reason: str) -> list[Delivery]:
        """Deliver the error once, although every connection subscribes to the subject again."""
        if subject in self._refused:
            return []
        self._refused.add(subject)
        return [Failed(Refused(subject, reason))]

    def _resumed(
        self, own: Positions, results: ResumeResults, was_live: bool, reported: Set[str]
    ) -> tuple[list[Gap], dict[str, Position], dict[str, Position]]:
        """Return the gaps, the sources to start in, and those that were resumed."""
        gaps: list[Gap] = []
        starts: dict[str, Position] = {}
        advances: dict[str, Position] = {}
        for source, position in own.items():
            result = results.get(source)
            reason = (result and result.reason) or "position-unknown"
            if result and result.recovered and self.progress.has_source(source):
                advances[source] = position
            elif source not in reported and not (was_live and reason in _NO_GAP_IF_LIVE):
                starts[source] = position
                if self._is_gap(source, results, was_live):
                    gaps.append(Gap(source, reason))
        return gaps, starts, advances

    def _is_gap(self, source: str, results: ResumeResults, was_live: bool) -> bool:
        """There is no gap in a source that only other subscriptions of the same message resumed.

        A live one may miss what was on its way, because it cannot distinguish that from the replay. One whose
        stored progress is lost may miss anything.
        """
        is_lost = was_live or self.progress.is_empty or self.progress.has_source(source)
        return self.has_started and (is_lost or source not in results)

    def _is_own(self, source: str) -> bool:
        return self.progress.has_source(source) or self.filter.is_within(source)

    def decode(self, event: Event[Any]) -> Event[Any] | InvalidEvent:
        """Return the event with its model, or why it does not match."""
        try:
            return self._decode(event) if self._decode else event
        except InvalidEvent as error:
            return error

    def _decoded(self, event: Event[Any]) -> Delivery:
        decoded = self.decode(event)
        if isinstance(decoded, InvalidEvent):
            return Failed(decoded)
        return Late(decoded) if event.late else decoded

    def _record(self, deliveries: list[Delivery]) -> list[Delivery]:
        for delivery in deliveries:
            self.progress.add(delivery)
        return deliveries
