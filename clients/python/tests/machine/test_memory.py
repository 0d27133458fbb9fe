"""A connection does not keep the subscriptions that the application closed."""

from __future__ import annotations

import gc
from collections.abc import Container
from weakref import ReferenceType, ref

from machine.harness import Harness
from server_events import pong, subscribed, unavailable, unsubscribed
from tablecast.machine.subscription_state import SubscriptionState

PROFILES = ["profiles/*"]


def closed(harness: Harness, message: int, refused: Container[str] = ()) -> ReferenceType[SubscriptionState]:
    """Subscribe with this message, receive the reply, and close the subscription."""
    subscription = harness.subscribe(PROFILES)
    harness.receive(1, subscribed(str(message), PROFILES, 10, refused))
    harness.unsubscribe(subscription)
    harness.receive(1, unsubscribed(str(message + 1), PROFILES))
    harness.effects = []
    return ref(subscription)


def test_a_connection_forgets_closed_subscriptions_also_those_that_it_refused() -> None:
    harness, _ = Harness.live(["orders/*"], 10)
    subscriptions = [closed(harness, 2), closed(harness, 4, refused=PROFILES)]
    gc.collect()
    assert [subscription() for subscription in subscriptions] == [None, None]
    assert harness.machine.state == "live"


def test_a_connection_forgets_closed_subscriptions_also_those_that_may_have_lost_events() -> None:
    harness, orders = Harness.live(["orders/*"], 10)
    profiles = harness.subscribe(PROFILES)
    harness.receive(1, subscribed("2", PROFILES, {"tablecast/profiles": "e-10"}))
    harness.to_next_timer()
    harness.receive(1, unavailable("3"))
    harness.now += 300
    harness.unsubscribe(orders)
    harness.receive(1, pong(None, {"tablecast/orders": "e-20", "tablecast/profiles": "e-20"}))
    harness.unsubscribe(profiles)
    harness.receive(1, unsubscribed("4", ["orders/*"]), unsubscribed("5", PROFILES))
    harness.effects = []
    closed_one = ref(profiles)
    del orders, profiles
    gc.collect()
    assert closed_one() is None
