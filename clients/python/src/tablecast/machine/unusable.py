"""The end of a connection."""

from __future__ import annotations


class Unusable(Exception):
    """The connection is not usable any more. The text is the reason."""
