"""Reads the text of a store or bookmark."""

from __future__ import annotations

import json
from typing import Any

from .source_progress import StoredProgress


def parse_stored(text: str) -> dict[str, StoredProgress]:
    """Read the progress of each source. Any other text has none."""
    try:
        sources = json.loads(text)
        return {source: _stored(progress) for source, progress in sources.items()}
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return {}


def _stored(progress: Any) -> StoredProgress:
    stored = StoredProgress(progress["epoch"], progress["floor"], progress["seen"])
    is_valid = isinstance(stored.epoch, str) and type(stored.floor) is int and isinstance(stored.seen, str)
    if not is_valid or not 0 <= stored.floor < 10**18:
        raise ValueError(progress)
    return stored
