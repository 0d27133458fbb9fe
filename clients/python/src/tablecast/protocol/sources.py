"""Positions and results of sources, in control events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .position import Position, Positions, parse_position
from .reader import Reader


@dataclass(frozen=True)
class ResumeResult:
    """For one source: whether the server replays every event after the client's position."""

    recovered: bool
    position: Position | None = None
    """The end of the replay."""
    reason: str | None = None
    """Why events may be missing."""


ResumeResults = Mapping[str, ResumeResult]
"""One result for each source."""


def resume_results(data: Reader) -> ResumeResults:
    """Read `sources` of `tablecast.resumed.v1`. A reason that version 1 did not have is in `cause`."""
    return {source: _result(Reader(source, result)) for source, result in data.members("sources").items()}


def _result(result: Reader) -> ResumeResult:
    reason = result.optional_text("reason") or result.optional_text("cause")
    return ResumeResult(result.flag("recovered"), parse_position(result.optional_text("position")), reason)


def log_positions(data: Reader) -> Positions:
    """Read `sources` of `tablecast.subscribed.v1` and `tablecast.pong.v1`. A server without logs sends none."""
    texts = {source: text for source, text in data.members("sources").items() if isinstance(text, str)}
    positions = {source: parse_position(text) for source, text in texts.items()}
    return {source: position for source, position in positions.items() if position}
