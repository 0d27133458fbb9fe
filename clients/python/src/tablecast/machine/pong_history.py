"""The positions in the pongs of one connection."""

from __future__ import annotations

from ..protocol.position import Position, Positions

DELIVERED_AFTER = 200.0
"""docs/adr/0014-the-log.md: 190 s after the append, every subscriber has the event, or its connection is closed, or the
event has a later offset too. The other 10 s are the longest wait for a pong."""


class PongHistory:
    """The ends of the logs, or less while `fanout` is behind."""

    def __init__(self) -> None:
        self._pongs: list[tuple[float, Positions]] = []

    def add(self, log_ends: Positions, now: float) -> None:
        """Remember a pong."""
        self._pongs.append((now, log_ends))

    def delivered_to(self, newest: Positions, now: float) -> Positions:
        """Return the positions up to which every event has arrived.

        Call it with each new pong: events that were handed over to `fanout` after the old pong can lower its positions.
        """
        old = [log_ends for at, log_ends in self._pongs if at <= now - DELIVERED_AFTER]
        self._pongs = self._pongs[len(old) :]
        return _least(old[-1], newest) if old else {}

    def clear(self) -> None:
        """Forget the pongs."""
        self._pongs = []


def _least(old: Positions, newest: Positions) -> Positions:
    """Offsets continue over epochs. Leaves out sources that the newest pong does not list."""
    return {
        source: Position(position.epoch, min(position.offset, newest[source].offset))
        for source, position in old.items()
        if source in newest
    }
