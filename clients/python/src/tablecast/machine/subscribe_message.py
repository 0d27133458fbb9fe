"""The messages that subscribe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from ..protocol.channel import is_wide
from ..protocol.message import Subscribe
from ..protocol.position import Position
from ..protocol.subject import overlap
from .subscription_state import SubscriptionState

MAX_TYPES = 20
"""docs/reference/limits.md: the most types of one subscribe."""

MAX_SUBJECTS = 100
"""docs/reference/limits.md: the most subjects of one message."""

MAX_SOURCES = 400
"""docs/reference/limits.md: the most sources of `after`."""

MAX_BYTES = 29_000
"""The most bytes of subjects and sources. docs/reference/limits.md: 32 KB are the most, with 20 types and the id."""


def subscribe_message(subscriptions: Sequence[SubscriptionState], wanted: Iterable[SubscriptionState]) -> Subscribe:
    """Return one message that subscribes, and if possible resumes, all of them.

    It replaces the types that the server has for a subject. So it has those of all `wanted` subscriptions to its
    subjects.
    """
    message: Subscribe = {"action": "subscribe", "subjects": _subjects(subscriptions)}
    if (types := _types(subscriptions, wanted)) is not None:
        message["types"] = types
    logs_first = sorted(_resume_after(subscriptions).items(), key=lambda item: is_wide(item[0]))
    if logs_first:
        message["after"] = dict(logs_first[:MAX_SOURCES])
    return message


def joint(
    groups: Sequence[Sequence[SubscriptionState]], wanted: Iterable[SubscriptionState]
) -> list[SubscriptionState]:
    """Return the subscriptions of the first group, and of each other group that its message can have.

    Those have the same types. Either all resume, or none. A pattern waits if another subject overlaps it: it may be
    wider than a channel, and must not get the positions of other channels.
    """
    first, *others = groups
    key = _key(first, wanted)
    together = list(first)
    for group in others:
        more = [*together, *group]
        can_join = _key(group, wanted) == key and _is_apart(group, together)
        if can_join and fits(_subjects(more), _resume_after(more)):
            together = more
    return together


def fits(subjects: Sequence[str], after: Mapping[str, str] | None = None) -> bool:
    """Return whether one message can have all of them."""
    after = after or {}
    size = len(json.dumps([subjects, after]))
    return len(subjects) <= MAX_SUBJECTS and len(after) <= MAX_SOURCES and size <= MAX_BYTES


def overlapping(subscription: SubscriptionState, among: Sequence[SubscriptionState]) -> list[SubscriptionState]:
    """Return the subscription and all that can receive the same events, directly or through a third one."""
    group = [subscription]
    for one in group:
        group += [other for other in among if other not in group and other.overlaps(one)]
    return group


def _key(group: Sequence[SubscriptionState], wanted: Iterable[SubscriptionState]) -> tuple[bool, set[str] | None]:
    types = _types(group, wanted)
    return group[0].has_started, None if types is None else set(types)


def _is_apart(group: Sequence[SubscriptionState], others: Sequence[SubscriptionState]) -> bool:
    known = _subjects(others)
    return not any(one != other and overlap(one, other) for one in _subjects(group) for other in known)


def _subjects(subscriptions: Iterable[SubscriptionState]) -> list[str]:
    return list(dict.fromkeys(subject for one in subscriptions for subject in one.filter.subjects))


def _resume_after(subscriptions: Iterable[SubscriptionState]) -> dict[str, str]:
    """Return the least position of each source. Subscriptions with a later position recognize duplicates.

    A source that is left out has a gap, so first those without a log, which have one anyway.
    """
    least: dict[str, Position] = {}
    for one in subscriptions:
        for source, last in one.progress.last.items():
            if source not in least or last.is_before(least[source]):
                least[source] = last
    return {source: str(position) for source, position in least.items()}


def _types(subscriptions: Iterable[SubscriptionState], wanted: Iterable[SubscriptionState]) -> list[str] | None:
    """Return `None` for every type."""
    subjects = set(_subjects(subscriptions))
    sharing = [one for one in wanted if not subjects.isdisjoint(one.filter.subjects)]
    union: dict[str, None] = {}
    for one in [*subscriptions, *sharing]:
        if one.filter.types is None:
            return None
        union.update(dict.fromkeys(one.filter.types))
    return list(union) if len(union) <= MAX_TYPES else None
