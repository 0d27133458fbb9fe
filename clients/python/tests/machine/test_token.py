"""New tokens for a connection."""

from __future__ import annotations

from typing import Any

from machine.harness import Harness
from server_events import event, pong, refreshed, unavailable
from tablecast.protocol.control import Refreshed, parse_control
from tablecast.protocol.frame import parse_frame

ALL = ["orders/*"]


def test_refreshes_the_token_after_most_of_its_lifetime_and_again() -> None:
    harness = Harness()
    harness.open(1, 40)
    harness.receive(1, pong("1"))
    assert harness.to_next_timer() == 31
    assert harness.tokens() == 1
    harness.effects += harness.machine.token_received(1, "new", harness.now)
    assert harness.sent()[-1] == {"action": "refresh", "id": "2", "token": "new"}
    harness.receive(1, refreshed(20, request="2"))
    assert harness.to_next_timer() == 46.5


def test_delivers_removed_subjects_as_refused_and_retries_a_failed_token() -> None:
    harness, _ = Harness.live(ALL)
    harness.receive(1, refreshed(1e6, ALL))
    assert harness.delivered() == ["Refused: the server refused the subscription to orders/*: not-granted"]
    harness.effects += harness.machine.token_failed(1, harness.now)
    assert harness.to_next_timer() == 10
    assert harness.tokens() == 1


def test_retries_an_unavailable_refresh_on_the_same_connection() -> None:
    harness, _ = Harness.live(ALL)
    harness.effects += harness.machine.token_received(1, "new", harness.now)
    harness.receive(1, unavailable(harness.sent()[0]["id"]))
    assert harness.machine.state == "live"
    assert harness.to_next_timer() == 10
    assert harness.tokens() == 1


def test_a_refused_refresh_ends_the_connection() -> None:
    harness, _ = Harness.live(ALL)
    harness.effects += harness.machine.token_received(1, "new", harness.now)
    data = {"request": "2", "code": "refresh-refused", "message": "another subject", "closing": False}
    harness.receive(1, event("tablecast.error.v1", data))
    assert harness.closed() == ["refresh-refused: another subject"]


def test_the_lifetime_of_a_token_has_any_fraction_of_a_second() -> None:
    for text in ("2026-11-23T09:00:20Z", "2026-11-23T09:00:20.0Z", "2026-11-23T09:00:20.000000001Z"):
        data: dict[str, Any] = {"expiresAt": text, "removed": []}
        [reply] = parse_frame(event("tablecast.refreshed.v1", data, time="2026-11-23T09:00:00.000Z"))
        control = parse_control(reply)
        assert isinstance(control, Refreshed)
        assert control.remaining == 20
