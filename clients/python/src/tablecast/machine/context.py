"""Everything that the connections of one machine share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .effect import Effect
from .ordered_set import OrderedSet
from .subscription_state import SubscriptionState
from .timing import Timing


@dataclass
class Context:
    """The subscriptions of the application, and the effects of the current input."""

    timing: Timing
    random: Callable[[], float]
    subscriptions: OrderedSet[SubscriptionState] = field(default_factory=OrderedSet)
    effects: list[Effect] = field(default_factory=list)
