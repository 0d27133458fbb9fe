"""Pings and their replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from machine.harness import Harness
from server_events import RECOVERED, order, pong, refreshed, resumed, subscribed, unavailable
from tablecast.machine.delivery import Advance

ALL = ["orders/*"]


def reply_to_pings(harness: Harness, minutes: int, log_end: Callable[[int], int]) -> list[dict[str, Any]]:
    """Reply to the pings of so many minutes, each with the log end of that minute. Return the other messages."""
    others = []
    for minute in range(1, minutes + 1):
        harness.to_next_timer()
        ping, *more = harness.sent()
        harness.receive(1, pong(ping["id"], log_end(minute)))
        others += [*more, *harness.sent()]
    return others


def test_pings_and_reconnects_without_a_reply() -> None:
    harness, _ = Harness.live(ALL)
    assert harness.to_next_timer() == 60
    assert harness.sent() == [{"action": "ping", "id": "2"}]
    harness.receive(1, pong("2"))
    assert harness.to_next_timer() == 120
    assert harness.to_next_timer() == 130
    assert harness.closed() == ["no reply to ping within 10 s"]


def test_an_idle_subscription_advances_with_the_log_without_other_messages() -> None:
    harness, _ = Harness.live(ALL, 10)
    assert reply_to_pings(harness, 30, lambda minute: 10_000 * minute) == []
    ends = [one.positions for one in harness.deliveries() if isinstance(one, Advance)]
    assert [end["tablecast/orders"].offset for end in ends] == [10_000 * n for n in range(1, 27)]
    harness.reconnect(2)
    after = {"tablecast/orders": "e-260000"}
    assert harness.sent() == [{"action": "subscribe", "id": "1", "subjects": ALL, "after": after}]


@pytest.mark.parametrize(("time", "count"), [(199.5, 0), (200, 1)])
def test_advances_to_a_log_end_when_a_pong_arrives_200_seconds_later(time: float, count: int) -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, pong(None, 20))
    harness.now += time
    assert harness.deliveries() == []
    harness.receive(1, pong(None, 30))
    assert len(harness.deliveries()) == count


def test_advances_no_further_than_the_newest_pong_and_not_back() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, pong(None, 20))
    harness.now += 200
    harness.receive(1, pong(None, 14))
    harness.receive(1, order("orders/1", 15), order("orders/2", 14))
    assert harness.delivered() == ["orders/1 15"]
    harness.now += 200
    harness.receive(1, pong(None, 12))
    harness.reconnect(2)
    assert harness.sent()[-1]["after"] == {"tablecast/orders": "e-15"}


def test_ignores_the_log_ends_of_another_connection() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, pong(None, 20))
    harness.reconnect(2)
    harness.receive(2, resumed("1", {"recovered": True, "position": "e-10"}), subscribed("1", ALL, 10))
    harness.now += 200
    harness.deliveries()
    harness.receive(2, pong(None, 30))
    assert harness.deliveries() == []


def test_delivers_events_that_arrive_after_a_pong_with_a_later_log_end() -> None:
    harness, _ = Harness.live(ALL, 10)
    reply_to_pings(harness, 4, lambda minute: 10 + minute)
    harness.receive(1, order("orders/1", 13), order("orders/2", 12))
    assert harness.delivered() == ["orders/1 13", "orders/2 12"]


def test_does_not_advance_to_an_earlier_epoch_in_other_sources_or_during_a_subscribe() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, pong(None, {"tablecast/orders": "d-20", "tablecast/profiles": "e-20"}))
    harness.now += 200
    harness.receive(1, pong(None, 30))
    assert harness.deliveries() == []
    harness.subscribe(["profiles/*"])
    harness.now += 200
    harness.receive(1, pong(None, 40))
    assert harness.deliveries() == []


def test_does_not_advance_a_subscription_that_a_new_token_does_not_grant() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, refreshed(1e6, ALL), pong(None, 20))
    harness.deliveries()
    harness.now += 200
    harness.receive(1, pong(None, 30))
    assert harness.deliveries() == []


def test_advances_a_subscription_while_the_server_grants_one_of_its_subjects() -> None:
    harness, _ = Harness.live(["orders/*", "profiles/*"], 10)
    harness.receive(1, refreshed(1e6, ["profiles/*"]), pong(None, 20))
    harness.now += 200
    harness.receive(1, pong(None, 30))
    assert [one.positions for one in harness.deliveries() if isinstance(one, Advance)] != []


def fail_next_ping(harness: Harness) -> None:
    harness.to_next_timer()
    harness.receive(1, unavailable(harness.sent()[0]["id"]))
    assert harness.machine.state == "live"


def test_checks_for_lost_events_after_an_unavailable_ping_every_five_minutes() -> None:
    harness, _ = Harness.live(ALL, 10)
    fail_next_ping(harness)
    assert reply_to_pings(harness, 3, lambda _: 12) == []
    after = {"tablecast/orders": "e-10"}
    check = {"action": "subscribe", "id": "7", "subjects": ALL, "after": after}
    assert reply_to_pings(harness, 1, lambda _: 12) == [check]
    harness.receive(1, order("orders/1", 13), order("orders/1", 12))
    harness.receive(1, resumed("7", RECOVERED), subscribed("7", ALL, 12))
    assert harness.delivered() == ["orders/1 12", "orders/1 13"]
    assert harness.states() == []
    fail_next_ping(harness)
    assert reply_to_pings(harness, 3, lambda _: 20) == []
    [second] = reply_to_pings(harness, 1, lambda _: 20)
    harness.receive(1, resumed(second["id"], RECOVERED), subscribed(second["id"], ALL, 20))
    assert reply_to_pings(harness, 9, lambda _: 20) == []


def test_too_much_is_a_gap_after_a_reconnect_but_not_in_a_check_for_lost_events() -> None:
    too_much = {"recovered": False, "reason": "too-much"}
    harness, _ = Harness.live(ALL, 10)
    harness.to_next_timer()
    harness.receive(1, unavailable("2"))
    harness.sent()
    harness.now += 300
    harness.receive(1, pong(None, 50_000))
    assert [(message["action"], message["id"]) for message in harness.sent()] == [("subscribe", "3")]
    harness.receive(1, order("orders/1", 50_001), resumed("3", too_much), order("orders/2", 49_999))
    harness.receive(1, subscribed("3", ALL, 50_000))
    assert harness.delivered() == ["orders/2 49999", "orders/1 50001"]
    harness.reconnect(2)
    harness.receive(2, resumed("1", too_much), subscribed("1", ALL, 99_999))
    assert harness.delivered() == ["gap tablecast/orders too-much"]
