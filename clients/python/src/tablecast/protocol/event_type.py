"""Names of event types."""

from __future__ import annotations

import re


def removed_type(state_type: str) -> str:
    """Return the type of the event that reports the removal of an item: `order.removed.v1` for `order.v1`."""
    return re.sub(r"\.(?=v[0-9]+$)", ".removed.", state_type)
