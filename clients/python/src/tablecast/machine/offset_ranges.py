"""Offsets as ranges, such as `3-5,9`. Consecutive offsets need little space."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_RANGE = re.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?")


def format_ranges(offsets: Iterable[int]) -> str:
    """Format offsets as ranges."""
    ranges: list[list[int]] = []
    for offset in sorted(offsets):
        if ranges and offset == ranges[-1][1] + 1:
            ranges[-1][1] = offset
        else:
            ranges.append([offset, offset])
    return ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)


def parse_ranges(text: str, most: int) -> Iterator[int]:
    """Parse ranges. Yields at most so many offsets, so that a broken text cannot fill the memory."""
    for found in _RANGE.finditer(text):
        first = int(found[1])
        last = min(int(found[2] or first), first + most - 1)
        yield from range(first, last + 1)
        most -= max(last + 1 - first, 0)
