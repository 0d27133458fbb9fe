"""The progress of a subscription in the logs of its sources."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from typing import Any

from ..errors import InvalidEvent
from ..protocol.event import Event
from ..protocol.position import Position, Positions, parse_position
from .delivery import Advance, Delivery, Failed, Late, Sources, Start
from .recent_offsets import RecentOffsets
from .source_progress import SourceProgress
from .stored_progress import parse_stored


class Progress:
    """The events that were delivered, by source. Events of sources that the server did not list have no effect."""

    def __init__(self) -> None:
        self._sources: dict[str, SourceProgress] = {}
        self._listed: Set[str] = frozenset()  # The sources that the server listed, also those without a position.
        self._recent = RecentOffsets()

    @staticmethod
    def restore(text: str) -> Progress:
        """Read the result of `text`. Any other text gives an empty progress."""
        progress = Progress()
        for source, stored in parse_stored(text).items():
            progress._set(source, SourceProgress.restore(stored, progress._recent.free))
        return progress

    @staticmethod
    def least(all_progress: Sequence[Progress]) -> Progress:
        """Return the events that all of them have delivered. Leaves out a source that one of them does not have.

        A subscription that resumes without that source reports that events may be missing.
        """
        least = Progress()
        started = [progress._sources for progress in all_progress if progress._sources]
        common = [name for name in (started[0] if started else ()) if all(name in sources for sources in started)]
        for name in common:
            least._sources[name] = started[0][name]
            for sources in started[1:]:
                least._sources[name] = least._sources[name].least(sources[name])
        return least

    @property
    def is_empty(self) -> bool:
        """True without any position."""
        return not self._sources

    def text(self) -> str:
        """Return the progress as text."""
        sources = {source: progress.store().as_dict() for source, progress in self._sources.items()}
        return json.dumps(sources, separators=(",", ":"))

    def has(self, event: Event[Any]) -> bool:
        """Return whether the position of the event was delivered."""
        position = parse_position(event.position)
        progress = position and self._source(event.source, position.epoch)
        return bool(position and progress and progress.has(position.offset))

    def add(self, delivery: Delivery) -> None:
        """Record a delivery."""
        if isinstance(delivery, Event):
            self._add_event(delivery)
        elif isinstance(delivery, Late):
            self._add_event(delivery.event)
        elif isinstance(delivery, Failed):
            self._add_failed(delivery.error)
        elif isinstance(delivery, Start):
            for source, position in delivery.positions.items():
                self._start(source, position)
        elif isinstance(delivery, Advance):
            self._advance(delivery.positions)
        elif isinstance(delivery, Sources):
            self._list(delivery)

    @property
    def last(self) -> dict[str, Position]:
        """The position of each source to resume after."""
        return {source: progress.last for source, progress in self._sources.items()}

    def has_source(self, source: str) -> bool:
        """Return whether the source has a position."""
        return source in self._sources

    def is_listed(self, sources: Set[str]) -> bool:
        """Return whether the server listed the same sources before, and no others have a position."""
        return sources == self._listed and all(source in sources for source in self._sources)

    def is_behind(self, source: str, end: Position) -> bool:
        """Return whether the log continued after the last delivered event."""
        return source in self._sources and self._sources[source].is_behind(end)

    def can_advance_to(self, source: str, end: Position) -> bool:
        """Return whether the end is later than what is known to be delivered."""
        return source in self._sources and self._sources[source].can_advance_to(end)

    def _start(self, source: str, position: Position) -> SourceProgress:
        return self._set(source, SourceProgress(position))

    def _set(self, source: str, progress: SourceProgress) -> SourceProgress:
        self._sources[source] = progress
        self._recent.add_all(progress)
        return progress

    def _advance(self, positions: Positions) -> None:
        for source, position in positions.items():
            if self.can_advance_to(source, position):
                progress = self._source(source, position.epoch) or self._start(source, position)
                progress.advance_to(position.offset)

    def _list(self, listed: Sources) -> None:
        self._listed = listed.sources
        for source in list(self._sources):
            if source not in listed.sources:
                del self._sources[source]

    def _add_failed(self, error: Exception) -> None:
        if isinstance(error, InvalidEvent):
            self._add_event(error.event)

    def _add_event(self, event: Event[Any]) -> None:
        position = parse_position(event.position)
        known = self._sources.get(event.source)
        if not position or not (known or event.source in self._listed):
            return
        if known and known.is_of_later_epoch(position):
            return
        progress = self._source(event.source, position.epoch)
        progress = progress or self._start(event.source, Position(position.epoch, 0))
        progress.add(position.offset)
        self._recent.add(progress, position.offset)

    def _source(self, source: str, epoch: str) -> SourceProgress | None:
        progress = self._sources.get(source)
        return progress if progress and progress.epoch == epoch else None
