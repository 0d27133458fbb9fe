"""Events that a client receives after a reconnect."""

from __future__ import annotations

from typing import Any

import pytest

from machine.harness import Harness
from server_events import RECOVERED, order, resumed, subscribed, unsubscribed

ALL = ["orders/*"]


def after(offset: int) -> dict[str, str]:
    return {"tablecast/orders": f"e-{offset}"}


def test_resumes_after_the_last_event_and_delivers_buffered_events_in_order() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, order("orders/1", 12), order("orders/1", 13))
    harness.reconnect(2)
    assert harness.sent() == [{"action": "subscribe", "id": "1", "subjects": ALL, "after": after(13)}]
    harness.delivered()
    harness.receive(2, order("orders/1", 16), order("orders/2", 11), order("orders/1", 12), order("orders/1", 15))
    assert harness.delivered() == []
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 15))
    assert harness.delivered() == ["orders/2 11", "orders/1 15", "orders/1 16"]


def test_delivers_replayed_events_at_once_and_resumes_after_them() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.reconnect(2)
    harness.sent()
    harness.receive(2, order("orders/1", 11), resumed("1", {"recovered": True, "position": "e-14"}))
    harness.receive(2, order("orders/1", 12), order("orders/1", 15), order("orders/1", 13))
    assert harness.delivered() == ["orders/1 11", "orders/1 12", "orders/1 13"]
    harness.reconnect(3)
    assert harness.sent()[0]["after"] == after(13)


def test_does_not_deliver_events_from_before_the_subscription_on_resume() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.reconnect(2)
    harness.receive(2, order("orders/1", 10), order("orders/1", 11))
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 11))
    assert harness.delivered() == ["orders/1 11"]


def test_overlapping_subscriptions_resume_together_after_the_least_position() -> None:
    harness = Harness()
    harness.subscribe(["orders/acme/*"], ["order.placed.v1"])
    harness.open(1)
    harness.receive(1, subscribed("1", ["orders/acme/*"], 10))
    harness.subscribe(ALL, ["order.cancelled.v1"])
    harness.subscribe(["profiles/*"])
    harness.receive(1, subscribed("2", ALL, 20))
    harness.receive(1, subscribed("3", ["profiles/*"], {"tablecast/profiles": "e-20"}))
    harness.receive(1, order("orders/acme/1", 21))
    harness.disconnect(1)
    harness.to_next_timer()
    harness.sent()
    harness.open(2)
    types = ["order.placed.v1", "order.cancelled.v1"]
    profiles = {"subjects": ["profiles/*"], "after": {"tablecast/profiles": "e-20"}}
    subjects = ["orders/acme/*", *ALL]
    first = {"action": "subscribe", "id": "1", "subjects": subjects, "types": types, "after": after(20)}
    assert harness.sent() == [first]
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", subjects, 21))
    assert harness.sent() == [{"action": "subscribe", "id": "2", **profiles}], "those with other types"


def test_a_new_subscription_waits_for_the_replay_of_an_overlapping_one() -> None:
    harness, _ = Harness.live(["orders/acme/*"], 10)
    harness.reconnect(2)
    harness.subscribe(ALL)
    assert [message["id"] for message in harness.sent()] == ["1"]
    harness.receive(2, resumed("1", {"recovered": True, "position": "e-12"}), order("orders/acme/1", 12))
    assert harness.delivered() == ["orders/acme/1 12"]
    harness.receive(2, subscribed("1", ["orders/acme/*"], 12))
    assert [(message["id"], "after" in message) for message in harness.sent()] == [("2", False)]


def test_resumes_together_with_an_overlapping_subscription_that_just_started() -> None:
    harness = Harness()
    earlier = harness.subscribe(["orders/a"])
    harness.open(1)
    harness.receive(1, subscribed("1", ["orders/a"], 10))
    harness.unsubscribe(earlier)
    harness.subscribe(ALL)
    harness.add(earlier.copy())
    harness.receive(1, unsubscribed("2", ["orders/a"]))
    harness.sent()
    harness.receive(1, subscribed("3", ALL, 12))
    assert harness.sent() == [{"action": "subscribe", "id": "4", "subjects": ["orders/a", *ALL], "after": after(10)}]


def reconnect_without_events(result: dict[str, Any], sources: dict[str, str]) -> Harness:
    harness, _ = Harness.live(ALL, 10)
    harness.reconnect(2)
    harness.receive(2, order("orders/1", 99), resumed("1", result), subscribed("1", ALL, sources))
    return harness


def test_delivers_a_gap_with_its_reason_before_later_events() -> None:
    harness = reconnect_without_events({"recovered": False, "reason": "trimmed"}, after(98))
    assert harness.delivered() == ["gap tablecast/orders trimmed", "orders/1 99"]


def test_a_cause_that_the_client_does_not_know_is_a_gap() -> None:
    harness = reconnect_without_events({"recovered": False, "cause": "moon-phase"}, after(98))
    assert harness.delivered() == ["gap tablecast/orders moon-phase", "orders/1 99"]


def test_continues_with_the_offsets_of_a_new_epoch_after_a_gap() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.reconnect(2)
    result = {"recovered": False, "reason": "epoch-changed"}
    harness.receive(2, resumed("1", result), subscribed("1", ALL, {"tablecast/orders": "f-3"}))
    harness.receive(2, order("orders/1", None, id="new", position="f-4"))
    assert harness.delivered() == ["gap tablecast/orders epoch-changed", "new"]
    harness.reconnect(3)
    assert harness.sent()[-1]["after"] == {"tablecast/orders": "f-4"}


def test_delivers_a_gap_when_the_server_has_no_log() -> None:
    harness, _ = Harness.live(ALL)
    harness.reconnect(2)
    harness.receive(2, subscribed("1", ALL))
    assert harness.delivered() == ["gap the server position-unknown"]


@pytest.mark.parametrize("lost", ["", "damaged"])
def test_a_subscription_whose_stored_progress_is_lost_has_a_gap_although_another_resumes(lost: str) -> None:
    harness = Harness()
    harness.subscribe(ALL, progress=lost)
    harness.subscribe(ALL, progress='{"tablecast/orders": {"epoch": "e", "floor": 10, "seen": ""}}')
    harness.open(1)
    harness.receive(1, resumed("1", {"recovered": True, "position": "e-11"}), order("orders/1", 11))
    harness.receive(1, subscribed("1", ALL, 11))
    assert harness.delivered() == ["orders/1 11", "gap tablecast/orders position-unknown"]
