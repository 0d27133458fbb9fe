"""Subjects and patterns."""

from __future__ import annotations


def matches(pattern: str, subject: str) -> bool:
    """Return whether a subject matches. A `*` at the end of `orders/acme/*` matches one or more segments."""
    return subject.startswith(pattern[:-1]) if pattern.endswith("*") else subject == pattern


def overlap(one: str, other: str) -> bool:
    """Return whether one subject can match both patterns. Then one of the patterns contains the other."""
    return matches(one, other) or matches(other, one)
