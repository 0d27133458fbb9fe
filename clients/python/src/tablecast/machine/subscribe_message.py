"""The messages that subscribe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..protocol.channel import is_wide
from ..protocol.message import Subscribe
from ..protocol.position import Position
from .subscription_state import SubscriptionState

MAX_TYPES = 20
"""docs/reference/limits.md: the most types of one subscribe."""

MAX_SOURCES = 400
"""docs/reference/limits.md: the most sources of `after`."""


def subscribe_message(subscriptions: Sequence[SubscriptionState], wanted: Iterable[SubscriptionState]) -> Subscribe:
    """Return one message that subscribes, and if possible resumes, all of them.

    It replaces the types that the server has for a subject. So it has those of all `wanted` subscriptions to its
    subjects.
    """
    subjects = list(dict.fromkeys(subject for one in subscriptions for subject in one.filter.subjects))
    sharing = [one for one in wanted if any(subject in subjects for subject in one.filter.subjects)]
    message: Subscribe = {"action": "subscribe", "subjects": subjects}
    if (types := _union_of_types([*subscriptions, *sharing])) is not None:
        message["types"] = types
    if after := _resume_after(subscriptions):
        message["after"] = after
    return message


def overlapping(subscription: SubscriptionState, among: Sequence[SubscriptionState]) -> list[SubscriptionState]:
    """Return the subscription and all that can receive the same events, directly or through a third one."""
    group = [subscription]
    for one in group:
        group += [other for other in among if other not in group and other.overlaps(one)]
    return group


def _resume_after(subscriptions: Iterable[SubscriptionState]) -> dict[str, str]:
    """Return the least position of each source. Subscriptions with a later position recognize duplicates.

    A source that is left out has a gap, so first those without a log, which have one anyway.
    """
    least: dict[str, Position] = {}
    for one in subscriptions:
        for source, last in one.progress.last.items():
            if source not in least or last.is_before(least[source]):
                least[source] = last
    logs_first = sorted(least.items(), key=lambda item: is_wide(item[0]))
    return {source: str(position) for source, position in logs_first[:MAX_SOURCES]}


def _union_of_types(subscriptions: Iterable[SubscriptionState]) -> list[str] | None:
    """Return `None` for every type."""
    union: dict[str, None] = {}
    for one in subscriptions:
        if one.filter.types is None:
            return None
        union.update(dict.fromkeys(one.filter.types))
    return list(union) if len(union) <= MAX_TYPES else None
