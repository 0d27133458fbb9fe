"""Moves to a new connection."""

from __future__ import annotations

import pytest

from machine.harness import Harness
from server_events import RECOVERED, order, pong, reconnect, resumed, subscribed
from tablecast.machine.effect import Close, Send

ALL = ["orders/*"]


def test_moves_after_90_to_115_minutes_when_the_new_connection_has_caught_up() -> None:
    harness, _ = Harness.live(ALL, 10)
    while harness.machine.state == "live":
        harness.to_next_timer()
        harness.receive(1, *(pong(message["id"]) for message in harness.sent()))
    assert harness.now == 102.5 * 60
    assert harness.opened() == [2]
    harness.open(2)
    harness.receive(1, order("orders/1", 11))
    harness.receive(2, order("orders/1", 11), order("orders/1", 12))
    assert harness.delivered() == ["orders/1 11"]
    assert harness.states() == ["moving"]
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 12))
    assert harness.delivered() == ["orders/1 12"]
    assert [effect.connection for effect in harness.take(Close)] == [1]
    assert harness.states() == ["live"]
    harness.receive(1, order("orders/1", 13))
    assert harness.delivered() == []


def moving() -> Harness:
    """Return a machine whose connection 2 opens."""
    harness, _ = Harness.live(ALL, 10)
    harness.receive(1, reconnect())
    assert harness.to_next_timer() == 0
    assert harness.opened() == [2]
    return harness


def test_a_next_connection_that_must_move_too_waits_until_it_is_the_current_one() -> None:
    harness = moving()
    harness.open(2)
    harness.receive(2, reconnect())
    assert harness.machine.wake_at > harness.now
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10))
    assert harness.to_next_timer() == 0
    assert harness.opened() == [3]


def test_the_next_connection_takes_over_when_the_current_one_ends() -> None:
    harness = moving()
    harness.open(2)
    harness.disconnect(1)
    assert harness.machine.state == "subscribing"
    harness.receive(2, order("orders/1", 11), resumed("1", RECOVERED), subscribed("1", ALL, 11))
    assert harness.delivered() == ["orders/1 11"]


def test_keeps_the_current_connection_when_the_next_one_fails_and_retries() -> None:
    harness = moving()
    harness.disconnect(2)
    assert harness.machine.state == "live"
    harness.receive(1, order("orders/1", 11))
    assert harness.delivered() == ["orders/1 11"]
    assert harness.to_next_timer() == 0.25
    assert harness.opened() == [3]


def test_a_move_resets_the_backoff_if_the_replaced_connection_was_live_for_ten_seconds() -> None:
    for uptime, delay in ((9.5, 0.5), (10, 0.25)):
        harness = moving()
        harness.disconnect(2)
        harness.to_next_timer()
        harness.open(3)
        harness.advance(uptime - harness.now)
        harness.receive(3, resumed("1", RECOVERED), subscribed("1", ALL, 10))
        harness.disconnect(3)
        assert harness.machine.wake_at - harness.now == delay, uptime


def test_a_new_subscription_starts_on_the_current_connection_during_a_move() -> None:
    harness = moving()
    harness.open(2)
    harness.sent()
    harness.subscribe(["profiles/*"])
    assert [effect.connection for effect in harness.take(Send)] == [1]
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10))
    assert harness.states() == ["moving"]
    harness.receive(1, subscribed("2", ["profiles/*"], 20))
    assert [effect.connection for effect in harness.take(Send)] == [2]
    harness.receive(2, resumed("2", RECOVERED), subscribed("2", ["profiles/*"], 20))
    assert harness.machine.state == "live"
    assert harness.delivered() == []


@pytest.mark.parametrize("reason", ["too-wide", "trimmed"])
def test_one_gap_follows_from_one_loss_although_an_overlapping_subscription_starts_in_a_move(reason: str) -> None:
    harness = moving()
    harness.open(2)
    harness.subscribe(["orders/acme/1"])
    harness.receive(1, subscribed("2", ["orders/acme/1"], 10))
    lost = {"recovered": False, "reason": reason}
    harness.receive(2, resumed("1", lost), order("orders/1", 21), subscribed("1", ALL, 20))
    assert harness.sent()[-1]["subjects"] == ["orders/acme/1", *ALL], "the server may replay events for both"
    harness.receive(2, order("orders/1", 22), resumed("2", lost), subscribed("2", ["orders/acme/1", *ALL], 22))
    gap = f"gap tablecast/orders {reason}"
    assert harness.delivered() == [gap, "orders/1 21", gap, "orders/1 22"], "one of each subscription"
    assert harness.machine.state == "live"


def test_a_second_loss_after_the_gap_of_a_move_is_another_gap() -> None:
    harness = moving()
    harness.open(2)
    harness.subscribe(["orders/acme/1"])
    lost = {"recovered": False, "reason": "trimmed"}
    harness.receive(1, subscribed("2", ["orders/acme/1"], 10))
    harness.receive(2, resumed("1", lost), subscribed("1", ALL, 20))
    harness.disconnect(1)
    gap = "gap tablecast/orders trimmed"
    assert harness.delivered() == [gap]
    harness.receive(2, order("orders/1", 21), resumed("2", lost), subscribed("2", ["orders/acme/1", *ALL], 22))
    assert harness.delivered() == [gap, gap], "one of each subscription"


def test_a_refused_subscription_prevents_no_move_and_is_requested_again_after_it() -> None:
    harness, _ = Harness.live(ALL, 10)
    harness.subscribe(["profiles/*"])
    harness.receive(1, subscribed("2", ["profiles/*"], 10, refused=["profiles/*"]), reconnect())
    harness.to_next_timer()
    harness.open(2)
    harness.states()
    harness.sent()
    harness.receive(2, resumed("1", RECOVERED), subscribed("1", ALL, 10))
    assert [effect.connection for effect in harness.take(Close)] == [1]
    assert harness.states() == ["live"]
    assert harness.sent() == [{"action": "subscribe", "id": "2", "subjects": ["profiles/*"]}]
