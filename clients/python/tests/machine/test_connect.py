"""Connections that open, fail and end."""

from __future__ import annotations

from typing import Any

import pytest

from machine.harness import Harness
from server_events import error, event, pong, subscribed, unavailable
from tablecast.machine.effect import Close, Open
from tablecast.machine.timing import NEVER, Timing

ALL = ["orders/*"]


def test_connects_subscribes_and_is_live() -> None:
    harness = Harness()
    harness.subscribe(ALL, ["order.placed.v1"])
    assert harness.take(Open) == [Open(1)]
    harness.open(1)
    assert harness.sent() == [{"action": "subscribe", "id": "1", "subjects": ALL, "types": ["order.placed.v1"]}]
    harness.receive(1, subscribed("1", ALL, 7))
    assert harness.states() == ["connecting", "subscribing", "live"]
    assert harness.confirmed() == 1


def test_reconnects_after_a_random_delay_whose_bound_doubles_up_to_30_seconds() -> None:
    harness = Harness(random=lambda: 1.0)
    delays = []
    for connection in range(1, 9):
        harness.disconnect(connection)
        delays.append(harness.machine.wake_at - harness.now)
        harness.to_next_timer()
    assert delays == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_only_a_connection_of_ten_seconds_or_more_resets_the_backoff() -> None:
    harness = Harness(random=lambda: 1.0)
    harness.reconnect(2)
    harness.receive(2, pong("1"))
    harness.advance(9.5)
    harness.disconnect(2)
    assert harness.machine.wake_at - harness.now == 1
    harness.to_next_timer()
    harness.open(3)
    harness.receive(3, pong("1"))
    harness.advance(10)
    harness.disconnect(3)
    assert harness.machine.wake_at - harness.now == 0.5


def test_reconnects_when_the_open_or_the_reply_to_a_subscribe_times_out() -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.advance(29.5)
    assert harness.take(Close) == []
    harness.advance(0.5)
    harness.to_next_timer()
    harness.open(2)
    harness.advance(59.5)
    harness.advance(0.5)
    assert harness.closed() == ["the connection did not open within 30 s", "no reply to subscribe within 60 s"]


BAD_DATA: dict[str, list[Any]] = {
    "tablecast.pong.v1": [None, [], {"request": 1}, {"sources": []}],
    "tablecast.subscribed.v1": [{}, {"subjects": [1]}, {"subjects": [{"subject": "a"}]}],
    "tablecast.resumed.v1": [{"sources": {"s": {"recovered": "yes"}}}, {"sources": {"s": 1}}],
    "tablecast.refreshed.v1": [{"expiresAt": 1, "removed": []}, {"expiresAt": "", "removed": [1]}],
    "tablecast.error.v1": [{"code": "a", "message": "b"}],
    "tablecast.refused.v1": [{"status": True, "reason": "a", "message": "b"}],
}


@pytest.mark.parametrize(
    "frame",
    [
        unavailable("1"),
        error(None, "expired", "too late", closing=True),
        '{"message": "Internal server error", "connectionId": "a=", "requestId": "b="}',
        *(
            "{",
            "[1]",
            "null",
            '{"specversion":"1.0","id":"1","source":"s","type":"t","data":NaN}',
            "[" * 100_000,
            '{"specversion":"1.0","id":"","source":"s","type":"t"}',
        ),
        *(event(kind, data) for kind, bad in BAD_DATA.items() for data in bad),
    ],
    ids=lambda frame: frame[:90],
)
def test_reconnects_after_other_errors_and_after_a_frame_without_an_event(frame: str) -> None:
    harness = Harness()
    harness.subscribe(ALL)
    harness.open(1)
    harness.receive(1, frame)
    assert harness.machine.state == "waiting"
    assert len(harness.take(Close)) == 1


def test_reconnects_or_pings_at_once_after_a_wake_with_one_ping_at_a_time() -> None:
    harness = Harness()
    harness.disconnect(1)
    harness.wake()
    assert harness.opened() == [1, 2]
    harness.open(2)
    harness.wake()
    harness.wake()
    assert [message["action"] for message in harness.sent()] == ["ping"]
    harness.receive(2, pong("1"))
    harness.wake()
    assert [message["action"] for message in harness.sent()] == ["ping"]
    harness.advance(10)
    assert harness.closed()[-1] == "no reply to ping within 10 s"


def test_does_nothing_after_close() -> None:
    harness, _ = Harness.live(ALL)
    harness.effects += harness.machine.close(harness.now)
    assert [effect.connection for effect in harness.take(Close)] == [1]
    harness.disconnect(1)
    harness.subscribe(["profiles/*"])
    harness.advance(1e9)
    assert (harness.take(Open), harness.sent(), harness.machine.wake_at) == ([], [], NEVER)
    assert harness.machine.state == "closed"


def test_pings_are_four_minutes_apart_by_default() -> None:
    assert Timing().ping_every == 240
