"""Several subscriptions to one subject: the server has one subscription."""

from __future__ import annotations

from machine.harness import Harness
from server_events import RECOVERED, error, order, resumed, subscribed

ALL = ["orders/*"]


def test_each_subscription_to_a_subject_receives_its_events_from_its_own_confirmation_on() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.subscribe(ALL)
    harness.receive(1, order("orders/1", 11))
    assert harness.delivered() == ["orders/1 11"]
    assert harness.confirmed() == 0
    harness.receive(1, subscribed("2", ALL, 11), order("orders/1", 12))
    assert harness.delivered() == ["orders/1 12", "orders/1 12"]
    assert harness.confirmed() == 1


def test_the_server_keeps_a_subject_until_its_last_subscription_closes() -> None:
    harness, subscription = Harness.live(ALL, 10)
    other = harness.subscribe(ALL)
    harness.receive(1, subscribed("2", ALL, 10))
    harness.sent()
    harness.unsubscribe(subscription)
    assert harness.sent() == []
    harness.receive(1, order("orders/1", 11))
    assert harness.delivered() == ["orders/1 11"]
    harness.unsubscribe(other)
    assert harness.sent() == [{"action": "unsubscribe", "id": "3", "subjects": ALL}]


def test_an_unsubscribe_names_only_the_subjects_that_no_other_subscription_has() -> None:
    harness, subscription = Harness.live(["orders/*", "profiles/*"], 10)
    harness.subscribe(ALL)
    harness.receive(1, subscribed("2", ALL, 10))
    harness.sent()
    harness.unsubscribe(subscription)
    assert harness.sent() == [{"action": "unsubscribe", "id": "3", "subjects": ["profiles/*"]}]


def test_a_subscribe_has_the_types_of_all_subscriptions_to_its_subjects() -> None:
    harness = Harness()
    harness.subscribe(ALL, ["order.placed.v1"])
    harness.open(1)
    harness.receive(1, subscribed("1", ALL, 10))
    harness.subscribe(ALL, ["order.cancelled.v1"])
    types = ["order.cancelled.v1", "order.placed.v1"]
    assert harness.sent()[-1] == {"action": "subscribe", "id": "2", "subjects": ALL, "types": types}
    harness.receive(1, subscribed("2", ALL, 10), order("orders/1", 11))
    assert harness.delivered() == ["orders/1 11"]
    harness.subscribe(ALL)
    assert harness.sent() == [{"action": "subscribe", "id": "3", "subjects": ALL}]


def test_a_subscribe_with_more_than_20_types_requests_every_type() -> None:
    harness = Harness()
    harness.subscribe(ALL, [f"order.t{n}.v1" for n in range(20)])
    harness.subscribe(ALL, ["order.one-more.v1"])
    harness.open(1)
    assert [message.get("types") for message in harness.sent()] == [None]


def test_subscriptions_to_one_subject_resume_with_one_message_that_names_it_once() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.subscribe(ALL)
    harness.receive(1, subscribed("2", ALL, 10), order("orders/1", 11))
    harness.reconnect(2)
    after = {"tablecast/orders": "e-11"}
    assert harness.sent()[-1] == {"action": "subscribe", "id": "1", "subjects": ALL, "after": after}
    harness.delivered()
    harness.receive(2, resumed("1", RECOVERED), order("orders/2", 12), subscribed("1", ALL, 12))
    assert harness.delivered() == ["orders/2 12", "orders/2 12"]


def test_a_rejected_subscribe_does_not_end_another_subscription_to_its_subject() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.subscribe([*ALL, "no subject"])
    harness.receive(1, error("2", "bad-message", "no subject"), order("orders/1", 11))
    delivered = harness.delivered()
    for subject in [*ALL, "no subject"]:
        assert delivered.count(f"Refused: the server refused the subscription to {subject}: no subject") == 1
    assert "orders/1 11" in delivered
