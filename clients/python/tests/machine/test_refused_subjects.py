"""A refused subscription receives nothing, although another one has its events."""

from __future__ import annotations

from machine.harness import Harness
from server_events import RECOVERED, error, event, order, refreshed, resumed, subscribed
from tablecast.machine.effect import Deliver
from tablecast.machine.subscription_state import SubscriptionState
from tablecast.protocol.event import Event

ACME = ["orders/acme/*"]


def received(harness: Harness, subscription: SubscriptionState) -> list[str]:
    """Return the events that one subscription received since the last call."""
    deliveries = [effect.delivery for effect in harness.take(Deliver) if effect.subscription is subscription]
    return [delivery.id for delivery in deliveries if isinstance(delivery, Event)]


def refusal(request: str, granted: list[str]) -> str:
    """Return the reply that refuses `orders/*`, and grants the other subjects."""
    subjects = [{"subject": "orders/*", "granted": False, "reason": "not-granted"}]
    subjects += [{"subject": subject, "granted": True} for subject in granted]
    data = {"request": request, "subjects": subjects, "sources": {"tablecast/orders": "e-10"}}
    return event("tablecast.subscribed.v1", data)


def test_a_refused_subscription_receives_no_events_although_another_one_has_them() -> None:
    harness, _ = Harness.live(ACME, 10)
    refused = harness.subscribe(["orders/*"])
    harness.receive(1, order("orders/acme/1", 11), refusal("2", []), order("orders/acme/1", 12))
    assert received(harness, refused) == []


def test_a_rejected_subscription_receives_no_events_although_another_one_has_them() -> None:
    harness, _ = Harness.live(ACME, 10)
    rejected = harness.subscribe(["orders/*"])
    harness.receive(1, error("2", "bad-message"), order("orders/acme/1", 11))
    assert received(harness, rejected) == []


def test_a_subscription_with_a_refused_subject_receives_only_the_events_of_its_others() -> None:
    harness, _ = Harness.live(ACME, 10)
    half = harness.subscribe(["orders/*", "orders/acme/1"])
    harness.receive(1, order("orders/acme/2", 11), order("orders/acme/1", 12), refusal("2", ["orders/acme/1"]))
    harness.receive(1, order("orders/acme/2", 13), order("orders/acme/1", 14))
    assert received(harness, half) == ["orders/acme/1 12", "orders/acme/1 14"]


def test_a_token_that_removes_a_subject_ends_its_events_although_another_one_has_them() -> None:
    harness, _ = Harness.live(ACME, 10)
    other = harness.subscribe(["orders/acme/1"])
    harness.receive(1, subscribed("2", ["orders/acme/1"], 10))
    harness.receive(1, refreshed(1000, ["orders/acme/1"]), order("orders/acme/1", 11))
    assert received(harness, other) == []


def test_a_refused_subscription_receives_events_again_when_a_later_connection_grants_it() -> None:
    harness, subscription = Harness.live(ACME, 10)
    harness.receive(1, refreshed(1000, ACME))
    harness.reconnect(2)
    harness.receive(2, resumed("1", {**RECOVERED, "position": "e-11"}), order("orders/acme/1", 11))
    harness.receive(2, subscribed("1", ACME, 11), order("orders/acme/1", 12))
    assert received(harness, subscription) == ["orders/acme/1 11", "orders/acme/1 12"]
